import { closeApps, type TestApp, testApp } from '../support/app';
import { testDatabase } from '../support/postgres';

let service: TestApp;

beforeAll(async () => {
  service = await testApp({ DATABASE_URL: (await testDatabase()).applicationUrl });
});
afterAll(closeApps);

test('requests of designs are counted by method and status, for those who watch the business', async () => {
  const { app, as } = service;
  const headers = as('ada');
  await app.inject({ url: '/api/designs', headers });
  await app.inject({ url: '/api/designs' });
  await app.inject({ method: 'POST', url: '/api/designs', headers, payload: { name: 'One', content: {} } });
  await app.inject({ url: '/api/tasks', headers });
  const counted = (await app.metrics.metrics()).split('\n').filter((line) => line.startsWith('designs_api_requests_total{'));
  expect(counted.sort()).toEqual([
    'designs_api_requests_total{method="GET",status="200"} 1',
    'designs_api_requests_total{method="GET",status="401"} 1',
    'designs_api_requests_total{method="POST",status="201"} 1',
  ]);
});
