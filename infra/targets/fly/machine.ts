import type { Resources } from '../../model/dependency';
import { mebibytes, milliCpu } from '../../model/units';

export interface MachineSize {
  size: `${'shared-cpu' | 'performance'}-${number}x`;
  memory: `${number}mb`;
}

/** Numbers of processors that a machine may have, of either kind. */
const counts = [1, 2, 4, 8, 16] as const;
const sharedCounts = counts.filter((count) => count <= 8);

/** What Fly promises and sells (its pages "CPU performance" and "Machine sizing"); `share` is thousandths of a core for each processor. */
const kinds = {
  'shared-cpu': { share: 62.5, counts: sharedCounts, step: 256, least: 256, most: 2_048 },
  performance: { share: 1_000, counts, step: 2_048, least: 2_048, most: 8_192 },
} as const;

/**
 * The smallest machine that promises the requested processor time and has the memory limit: a shared processor is only sure
 * of a sixteenth of a core.
 * @returns undefined when none is large enough
 */
export const machineSize = ({ cpu, limits }: Resources): MachineSize | undefined => {
  const memory = mebibytes(limits.memory);
  for (const [kind, { share, counts: choices, step, least, most }] of Object.entries(kinds)) {
    const count = choices.find((candidate) => candidate * share >= milliCpu(cpu) && candidate * most >= memory);
    if (!count) continue;
    const fitting = Math.max(least * count, Math.ceil(memory / step) * step);
    return { size: `${kind as keyof typeof kinds}-${count}x`, memory: `${fitting}mb` };
  }
  return undefined;
};
