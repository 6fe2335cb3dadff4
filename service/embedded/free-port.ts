import { createServer } from 'node:net';

/** The port that could be listened on: the given one, or any for 0; undefined when it is taken. */
const tryPort = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });

export const isFree = async (port: number, host: string): Promise<boolean> => (await tryPort(port, host)) !== undefined;

/** The port of last time if nobody took it meanwhile, so that connections saved in tools keep working; else any. */
export const freePort = async (preferred: number | undefined): Promise<number> => {
  const port = (preferred && (await tryPort(preferred, '127.0.0.1'))) || (await tryPort(0, '127.0.0.1'));
  if (!port) throw new Error('No port is free on 127.0.0.1');
  return port;
};
