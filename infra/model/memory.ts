import type { Resources } from './dependency';
import { mebibytes } from './units';

/** V8 heap as a share of the memory limit; the rest is for buffers, TLS and the compilers of Prisma. */
const heapShare = 0.7;

/** MiB of V8's heap. */
export const heapMebibytes = ({ limits }: Resources): number => Math.floor(mebibytes(limits.memory) * heapShare);
