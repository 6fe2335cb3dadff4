import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { closeApps, testApp } from './support/app';

afterAll(closeApps);

/** Sends bytes, and reads until the service hangs up. */
const exchange = async (port: number, bytes: string): Promise<{ head: string; body: Record<string, unknown> }> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  const [head = '', body = '{}'] = (await text(socket)).split('\r\n\r\n');
  return { head, body: JSON.parse(body) };
};

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed_request'],
  ['an unknown method', 'BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'malformed_request'],
  ['two lengths of one body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'malformed_request'],
  ['too many headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('%s is answered with a problem, and the connection ends', async (_name, bytes, status, code) => {
  const { app } = await testApp();
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const { head, body } = await exchange(Number(port), bytes);
  expect(head).toContain(`HTTP/1.1 ${status} `);
  expect(head).toContain('content-type: application/problem+json');
  expect(body).toMatchObject({ type: 'about:blank', status, code });
});
