import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from './support/free-port';
import { endScripts, runScript, source } from './support/script';

describe('the health check of the image', () => {
  afterAll(endScripts);

  const check = (port: number) => runScript([source('healthcheck.ts')], { env: { PORT: String(port) } }).ended;

  it.each([
    [200, 0],
    [503, 1],
  ])('turns the answer %i of the liveness path into exit code %i', async (status, code) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await check((server.address() as AddressInfo).port)).toBe(code);
      expect(asked).toEqual(['/health']);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('fails when nothing listens', async () => {
    expect(await check(await freePort())).toBe(1);
  });
});
