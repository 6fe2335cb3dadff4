import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeApps, type TestApp, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';

jest.setTimeout(30_000);

let service: TestApp;
const sockets: Socket[] = [];

beforeAll(async () => {
  const { applicationUrl } = await testDatabase();
  service = await testApp({
    DATABASE_URL: applicationUrl,
    REQUEST_TIMEOUT_MS: '1000',
    DATABASE_POOL_MAX: '2',
    DATABASE_CONNECT_TIMEOUT_MS: '1000',
    DATABASE_STATEMENT_TIMEOUT_MS: '1000',
  });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(closeApps);

const open = async (): Promise<Socket> => {
  const { port } = service.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};

/** All that the service sends, until it ends the connection. */
const received = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
};

/** One byte after the other, for as long as they are taken. */
const trickle = async (socket: Socket, byte: string): Promise<void> => {
  for (; !socket.destroyed && socket.writable; await sleep(100)) socket.write(byte);
};

const connections = (): Promise<number> =>
  new Promise((resolve, reject) => {
    service.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

const post = (headers: Record<string, string>, length: number): string =>
  [
    'POST /api/tasks HTTP/1.1',
    'host: localhost',
    'content-type: application/json',
    `content-length: ${length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');

test.each<[string, (socket: Socket) => void, RegExp]>([
  ['nothing', () => {}, /^(HTTP\/1\.1 408|$)/],
  [
    'headers, one byte after the other',
    (socket) => {
      socket.write('GET /health HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
      void trickle(socket, 'a');
    },
    /^HTTP\/1\.1 408/,
  ],
  [
    'a body, one byte after the other',
    (socket) => {
      socket.write(post(service.as('ada'), 100_000));
      void trickle(socket, ' ');
    },
    /^HTTP\/1\.1 408/,
  ],
])('a client that sends %s loses its connection', async (_what, send, answer) => {
  const socket = await open();
  const text = received(socket);
  send(socket);
  expect(await text).toMatch(answer);
});

test('a client that asks and never reads loses its connection', async () => {
  const socket = await open();
  socket.pause();
  const ask = 'GET /api/nowhere HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(1_000);
  while (!socket.writableNeedDrain) socket.write(ask);
  while ((await connections()) > 0) await sleep(50);
});

test('a client that goes away in the middle leaves no connection to the database behind', async () => {
  const { app } = service;
  const body = JSON.stringify({ title: 'Left alone' });
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const socket = await open();
      socket.write(post(service.as('ada'), Buffer.byteLength(body)) + body);
      await sleep(index * 5);
      socket.resetAndDestroy();
    }),
  );
  const { pool } = app.db;
  while (pool.waitingCount > 0 || pool.idleCount < pool.totalCount) await sleep(20);
  expect(pool.totalCount).toBeLessThanOrEqual(2);
  const response = await app.inject({ url: '/api/tasks', headers: service.as('ada') });
  expect(response.statusCode).toBe(200);
  expect(service.lines.filter(({ code }) => code === 'internal_error')).toEqual([]);
});
