import { setTimeout as sleep } from 'node:timers/promises';
import { failureCounter } from '../../../service/limits/failure-counter';

const minute = 60_000;

test('failures are allowed up to the limit, and each key has its own', async () => {
  const counter = failureCounter('account', { max: 2, timeWindow: minute }, null);
  expect(await counter.check('ada')).toBe(0);
  expect(await counter.add('ada')).toBe(0);
  expect(await counter.check('ada')).toBe(0);
  expect(await counter.add('ada')).toBe(0);
  expect(await counter.check('ada')).toBeGreaterThan(0);
  expect(await counter.add('ada')).toBeGreaterThan(0);
  expect(await counter.check('grace')).toBe(0);
});

test('asking counts nothing', async () => {
  const counter = failureCounter('account', { max: 1, timeWindow: minute }, null);
  for (let n = 0; n < 5; n += 1) expect(await counter.check('ada')).toBe(0);
  expect(await counter.add('ada')).toBe(0);
});

test('what is forgotten begins anew, but nobody who has to wait is forgotten', async () => {
  const counter = failureCounter('account', { max: 2, timeWindow: minute }, null);
  await counter.add('ada');
  expect(await counter.forget('ada')).toBe(0);
  await counter.add('ada');
  expect(await counter.check('ada')).toBe(0);
  await counter.add('ada');
  expect(await counter.forget('ada')).toBeGreaterThan(0);
  expect(await counter.check('ada')).toBeGreaterThan(0);
});

test('failures while waiting do not extend the window, not even of less than a second', async () => {
  const counter = failureCounter('account', { max: 1, timeWindow: 1 }, null);
  await counter.add('ada');
  let wait = await counter.add('ada');
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(1_000);
  while (wait > 0) {
    const later = await counter.add('ada');
    expect(later).toBeLessThanOrEqual(wait);
    wait = later;
    await sleep(20);
  }
});

test('keys that nobody asks for again do not fill the memory: the one that failed longest ago makes room', async () => {
  const counter = failureCounter('account', { max: 1, timeWindow: minute }, null);
  await counter.add('first');
  await counter.add('second');
  for (let n = 2; n < 10_000; n += 1) await counter.add(`made up ${n}`);
  await counter.add('first');
  await counter.add('one too many');
  expect(await counter.check('first')).toBeGreaterThan(0);
  expect(await counter.check('second')).toBe(0);
  expect(await counter.check('one too many')).toBeGreaterThan(0);
});
