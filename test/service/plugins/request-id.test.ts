import { closeApps, type TestApp, testApp } from '../support/app';

let service: TestApp;

beforeAll(async () => {
  service = await testApp();
});
afterAll(closeApps);

const idFor = async (given?: string) => {
  const headers = given === undefined ? {} : { 'x-request-id': given };
  return (await service.app.inject({ url: '/health', headers })).headers['x-request-id'];
};

test('a sane id of the caller comes back', async () => {
  expect(await idFor('From-proxy_1')).toBe('From-proxy_1');
});

test.each(['', 'a b', 'x'.repeat(65), 'a"b', 'ä', '{}'])('%j is replaced by an id of our own', async (given) => {
  expect(await idFor(given)).toMatch(/^[0-9a-f-]{36}$/);
});

test('two requests without an id get two', async () => {
  expect(await idFor()).not.toBe(await idFor());
});
