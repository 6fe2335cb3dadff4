import type { Resources } from '../../model/dependency';
import type { Probe } from '../../model/system';
import { mebibytes, milliCpu } from '../../model/units';
import type { Service } from './types';

/** What every container is: nothing it does not need. */
export const confined = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
} as const;

export const limited = ({ limits }: Resources): Pick<Service, 'mem_limit' | 'cpus'> => ({
  mem_limit: `${mebibytes(limits.memory)}m`,
  ...(limits.cpu && { cpus: milliCpu(limits.cpu) / 1_000 }),
});

/** A writable folder in memory, open to the user of the image, whoever that is. */
export const writable = (path: string, mebibytesAtMost: number): string => `${path}:size=${mebibytesAtMost}m,mode=1777`;

export const healthCheck = (
  test: NonNullable<Service['healthcheck']>['test'],
  { periodSeconds, timeoutSeconds, failureThreshold }: Omit<Probe, 'initialDelaySeconds'>,
  startSeconds: number,
): Service['healthcheck'] => ({
  test,
  interval: `${periodSeconds}s`,
  timeout: `${timeoutSeconds}s`,
  retries: failureThreshold,
  start_period: `${startSeconds}s`,
  start_interval: '2s',
});
