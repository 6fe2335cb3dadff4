import { z } from 'zod';
import { cpu, mebibytes, memory, milliCpu, path } from '../../../infra/model/units';

test.each([
  ['250m', 250],
  ['1000m', 1_000],
  ['1', 1_000],
  ['1.5', 1_500],
  ['0.1', 100],
] as const)('%s of a processor is %d thousandths', (value, thousandths) => {
  expect(z.safeParse(cpu, value).success).toBe(true);
  expect(milliCpu(value)).toBe(thousandths);
});

test.each([
  ['512Mi', 512],
  ['2Gi', 2_048],
] as const)('%s is %d Mi', (value, mebi) => {
  expect(z.safeParse(memory, value).success).toBe(true);
  expect(mebibytes(value)).toBe(mebi);
});

test.each([
  ['processor time', cpu, ['0m', '-1', '1.5m', '1 ', 'm', 1]],
  ['memory', memory, ['512', '512M', '0Mi', '1.5Gi', '1Ti', 512]],
  ['a path', path, ['tmp', '', '/a b', '/a;b']],
] as const)('%s in another form is refused', (_what, schema, values) => {
  expect(values.filter((value) => z.safeParse(schema, value).success)).toEqual([]);
});
