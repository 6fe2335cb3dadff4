import { z } from 'zod';

/** Processor time: cores (`1`) or thousandths of one (`250m`). */
export type Cpu = `${number}` | `${number}m`;

/** Bytes in binary units: `512Mi`, `20Gi`. */
export type Memory = `${number}${'Mi' | 'Gi'}`;

export type Path = `/${string}`;

export const cpu = z.custom<Cpu>((value) => typeof value === 'string' && /^([1-9]\d*m|[1-9]\d*(\.\d+)?|0\.\d+)$/.test(value), {
  error: 'cores such as 1, or thousandths such as 250m',
});

export const memory = z.custom<Memory>((value) => typeof value === 'string' && /^[1-9]\d*(Mi|Gi)$/.test(value), {
  error: 'whole Mi or Gi, such as 512Mi',
});

export const path = z.custom<Path>((value) => typeof value === 'string' && /^\/[\w./-]*$/.test(value), {
  error: 'an absolute path',
});

/** Thousandths of a core. */
export const milliCpu = (value: Cpu): number => (value.endsWith('m') ? Number.parseInt(value, 10) : Number(value) * 1_000);

export const mebibytes = (value: Memory): number => Number.parseInt(value, 10) * (value.endsWith('Gi') ? 1_024 : 1);
