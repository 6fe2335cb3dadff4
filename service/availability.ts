import type { FastifyBaseLogger } from 'fastify';

/** What is known of a backing server. One line when that changes, not one for every failure. */
export interface Availability {
  up(): void;
  down(reason: string): void;
}

/** @param name begins each line: `database connected`, `database unreachable`, `database recovered` */
export const watchAvailability = (log: FastifyBaseLogger, name: string, address: string): Availability => {
  let state: 'unknown' | 'up' | 'down' = 'unknown';
  return {
    up: () => {
      if (state !== 'up') log.info({ address }, `${name} ${state === 'down' ? 'recovered' : 'connected'}`);
      state = 'up';
    },
    down: (reason) => {
      if (state !== 'down') log.error({ address, reason }, `${name} unreachable`);
      state = 'down';
    },
  };
};
