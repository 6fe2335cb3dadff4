import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeApps, testApp } from '../support/app';

afterEach(closeApps);

const requestLines = (lines: Record<string, unknown>[]) => lines.filter(({ msg }) => String(msg).startsWith('request'));

test('a request is one line, with its route and without its query', async () => {
  const { app, lines, as } = await testApp();
  app.get('/things/:id', { config: { access: 'public' } }, async () => 'ok');
  await app.inject({ url: '/things/7?token=hidden', headers: { ...as('ada'), 'x-request-id': 'id-1' } });
  expect(requestLines(lines)).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      pod: expect.any(String),
      requestId: 'id-1',
      method: 'GET',
      route: '/things/:id',
      path: '/things/7',
      status: 200,
      ms: expect.any(Number),
      msg: 'request',
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('hidden');
  expect(JSON.stringify(lines)).not.toContain(as('ada').authorization.slice(7));
});

test('an unknown path is logged under one name', async () => {
  const { app, lines } = await testApp();
  await app.inject({ url: '/.env' });
  expect(requestLines(lines)).toMatchObject([{ route: 'unmatched', path: '/.env', status: 404 }]);
});

test('probes that succeed leave no lines, and one that fails does', async () => {
  const { app, lines } = await testApp();
  await app.inject({ url: '/health' });
  expect(requestLines(lines)).toEqual([]);
  await app.inject({ url: '/health/ready' });
  expect(requestLines(lines)).toMatchObject([{ level: 'warn', route: '/health/ready', status: 503 }]);
});

test('request lines can be switched off', async () => {
  const { app, lines } = await testApp({ ENABLE_REQUEST_LOGGING: 'false' });
  await app.inject({ url: '/nowhere' });
  expect(requestLines(lines)).toEqual([]);
});

test('a client that goes away is logged, and no longer counted as in flight', async () => {
  const { app, lines } = await testApp();
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  app.get('/slow', { config: { access: 'public' } }, async () => {
    arrived();
    await new Promise<void>((resolve) => app.server.once('gone', resolve));
    return 'late';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as { port: number }).port, '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await arrival;
  expect(await app.metrics.getSingleMetricAsString('http_requests_in_flight')).toContain('http_requests_in_flight 1');
  socket.destroy();
  while (requestLines(lines).length === 0) await sleep(10);
  app.server.emit('gone');
  expect(requestLines(lines)).toMatchObject([{ level: 'warn', msg: 'request aborted by the client', route: '/slow', aborted: true }]);
  expect(await app.metrics.getSingleMetricAsString('http_requests_in_flight')).toContain('http_requests_in_flight 0');
});
