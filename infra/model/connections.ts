import type { Postgres } from './dependency';

/** Beside the pool: a readiness check that finds it full asks over a connection of its own. */
export const spareConnections = 1;

/** The most that one process of the API opens. */
export const connectionsOfProcess = ({ pool }: Pick<Postgres, 'pool'>): number => pool.max + spareConnections;
