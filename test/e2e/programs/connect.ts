import type * as Net from 'node:net';

export interface Target {
  name: string;
  host: string;
  port: number;
}

export interface Reached extends Target {
  open: boolean;
}

/**
 * Runs in a pod, so it may use nothing but what Node has: tries every target at once and prints which it could reach.
 * A policy drops packets, so "refused" means: no answer within the time.
 */
const connectAll = (targets: Target[], milliseconds: number): void => {
  const { connect } = require('node:net') as typeof Net;
  const attempt = (target: Target): Promise<Reached> =>
    new Promise((resolve) => {
      const socket = connect({ host: target.host, port: target.port });
      const end = (open: boolean): void => {
        socket.destroy();
        resolve({ ...target, open });
      };
      socket.setTimeout(milliseconds, () => end(false));
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
    });
  Promise.all(targets.map(attempt)).then((reached) => process.stdout.write(JSON.stringify(reached)));
};

export const connectProgram = (targets: readonly Target[], milliseconds = 1_500): string =>
  `(${connectAll.toString()})(${JSON.stringify(targets)}, ${milliseconds})`;

/** Runs in a pod that listens on all these ports, so that a connection which fails was refused by a policy. */
const listenAll = (ports: number[]): void => {
  const { createServer } = require('node:net') as typeof Net;
  for (const port of ports) createServer((socket) => socket.end()).listen(port, '0.0.0.0');
};

export const listenProgram = (ports: readonly number[]): string => `(${listenAll.toString()})(${JSON.stringify(ports)})`;
