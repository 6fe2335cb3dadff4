import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface FaultyProxy {
  port: number;
  /** `hold` keeps connections and swallows what is sent, like a network that drops packets; `cut` resets them. */
  become(mode: 'pass' | 'hold' | 'cut'): void;
  close(): Promise<void>;
}

/** Stands before a server on this machine and can fail as networks do. */
export const faultyProxy = async (target: number): Promise<FaultyProxy> => {
  const sockets = new Set<Socket>();
  let mode: 'pass' | 'hold' | 'cut' = 'pass';
  const relay = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk) => {
      if (mode === 'pass') to.write(chunk);
    });
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    if (mode === 'cut') {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    relay(client, upstream);
    relay(upstream, client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    become: (next) => {
      mode = next;
      if (next === 'cut') for (const socket of sockets) socket.resetAndDestroy();
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
