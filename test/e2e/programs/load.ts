import type * as Http from 'node:http';
import type * as Https from 'node:https';

export interface Load {
  url: string;
  /** Host header, where the URL names an address. */
  host?: string;
  authorization?: string;
  clients: number;
  /** Requests per second of all clients together. */
  rate: number;
  seconds: number;
}

export interface LoadResult {
  requests: number;
  failed: number;
  /** How often each failure was seen. */
  failures: Record<string, number>;
  /** Connections that were opened: far fewer than requests, since clients keep them. */
  connections: number;
}

/**
 * Runs in a pod: clients that each keep one connection and send at a fixed rate, whatever the answers (an open model). A
 * request fails when it gets no whole answer, or any status but 200. Nothing is sent a second time.
 */
const generate = ({ url, host, authorization, clients, rate, seconds }: Load): void => {
  const secure = url.startsWith('https:');
  const http = (secure ? require('node:https') : require('node:http')) as typeof Http & typeof Https;
  const result: LoadResult = { requests: 0, failed: 0, failures: {}, connections: 0 };
  let open = 0;
  const fail = (reason: string): void => {
    result.failed += 1;
    result.failures[reason] = (result.failures[reason] ?? 0) + 1;
  };
  const options = (agent: Http.Agent) => ({
    agent,
    rejectUnauthorized: false,
    headers: { ...(host && { host }), ...(authorization && { authorization }) },
    ...(host && { servername: host }),
  });
  const once = (agent: Http.Agent): Promise<void> =>
    new Promise((resolve) => {
      result.requests += 1;
      const request = http.get(url, options(agent), (response) => {
        if (response.statusCode !== 200) fail(`status ${response.statusCode}`);
        response.on('end', resolve);
        response.on('error', (error: NodeJS.ErrnoException) => {
          fail(error.code ?? 'response');
          resolve();
        });
        response.resume();
      });
      request.setTimeout(10_000, () => request.destroy(Object.assign(new Error('time-out'), { code: 'TIMEOUT' })));
      request.on('socket', () => {
        if (!request.reusedSocket) result.connections += 1;
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        fail(`${error.code ?? error.message}${request.reusedSocket ? ' on a kept connection' : ' on a new connection'}`);
        resolve();
      });
    });
  const end = Date.now() + seconds * 1_000;
  const client = async (index: number): Promise<void> => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const every = (clients / rate) * 1_000;
    let next = Date.now() + (index / clients) * every;
    open += 1;
    while (next < end) {
      const wait = next - Date.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      await once(agent);
      next += every;
    }
    agent.destroy();
    open -= 1;
    if (open === 0) process.stdout.write(JSON.stringify(result));
  };
  for (let index = 0; index < clients; index += 1) void client(index);
};

export const loadProgram = (load: Load): string => `(${generate.toString()})(${JSON.stringify(load)})`;
