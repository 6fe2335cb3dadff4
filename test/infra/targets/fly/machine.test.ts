import type { Resources } from '../../../../infra/model/dependency';
import { machineSize } from '../../../../infra/targets/fly/machine';

const resources = (cpu: Resources['cpu'], memory: Resources['memory']): Resources => ({ cpu, memory: '1Mi', limits: { memory } });

test.each([
  // A shared processor is sure of 62.5 thousandths of a core.
  ['50m', '128Mi', 'shared-cpu-1x', '256mb'],
  ['63m', '256Mi', 'shared-cpu-2x', '512mb'],
  ['250m', '512Mi', 'shared-cpu-4x', '1024mb'],
  ['250m', '1100Mi', 'shared-cpu-4x', '1280mb'],
  ['500m', '512Mi', 'shared-cpu-8x', '2048mb'],
  // More memory than a shared processor may have takes more processors.
  ['50m', '3Gi', 'shared-cpu-2x', '3072mb'],
  ['501m', '512Mi', 'performance-1x', '2048mb'],
  ['3', '5Gi', 'performance-4x', '8192mb'],
] as const)('%s and %s is a %s with %s', (cpu, memory, size, machineMemory) => {
  expect(machineSize(resources(cpu, memory))).toEqual({ size, memory: machineMemory });
});

test('there is none of more than 16 cores or 128Gi', () => {
  expect(machineSize(resources('17', '1Gi'))).toBeUndefined();
  expect(machineSize(resources('1', '129Gi'))).toBeUndefined();
});
