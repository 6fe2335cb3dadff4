import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { componentLog } from './logging';
import type { MetricsListener } from './metrics-listener';

// A connection whose last answer was sent before closing began turns idle afterwards, and nobody else would end it.
const reapEvery = 100;

/**
 * Ends a running service in phases, so that no request fails: not ready and `Connection: close` at once; serving on for
 * `shutdown.drain`, until every router has noticed; then no new connections, the last answers, cache, database, and the
 * metrics at the very end. Calling again returns the same promise.
 */
export const phasedClose = (app: FastifyInstance, metrics: MetricsListener | undefined): (() => Promise<void>) => {
  const log = componentLog(app.log, 'server');
  const run = async (): Promise<void> => {
    const { drain } = app.config.shutdown;
    app.draining.begin();
    log.info({ drain }, 'shutdown: draining');
    await sleep(drain);
    log.info('shutdown: closing');
    const reaper = setInterval(() => app.server.closeIdleConnections(), reapEvery);
    try {
      // Stops listening, waits for the answers, then ends what the plugins opened, the last one first.
      await app.close();
    } finally {
      clearInterval(reaper);
      await metrics?.close();
    }
    log.info('shutdown: complete');
  };
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= run();
    return closing;
  };
};

type Exit = (code: number) => void;

/** What a signal ends: nothing but the process while it starts, the running service afterwards. */
export interface Closable {
  close(): Promise<void>;
  /** Milliseconds from the signal to an exit by force. */
  timeout: number;
  log: (line: string) => void;
}

/**
 * Exits on SIGTERM and SIGINT: with 0 after an orderly end, with 1 when that fails, takes too long, or a second signal
 * asks for it. As process 1 of a container, a process without these handlers would ignore SIGTERM.
 */
export const exitOnSignals = (current: () => Closable | undefined, exit: Exit = (code) => process.exit(code)): void => {
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const running = current();
    if (!running) {
      exit(0);
      return;
    }
    if (signalled) {
      running.log(`shutdown: second signal (${signal}), exiting at once`);
      exit(1);
      return;
    }
    signalled = true;
    running.log(`shutdown: ${signal}`);
    setTimeout(() => {
      running.log(`shutdown: not complete after ${running.timeout} ms, exiting by force`);
      exit(1);
    }, running.timeout).unref();
    running.close().then(
      () => exit(0),
      (error: unknown) => {
        running.log(`shutdown: failed: ${error instanceof Error ? error.message : String(error)}`);
        exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};
