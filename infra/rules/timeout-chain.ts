import { type Deployable, placeOf } from '../model/deployable';
import { edgeIdleSeconds, edgeOf } from '../model/entrance';
import type { Finding } from '../model/finding';
import { settingValue } from '../model/setting-value';
import { secondsOf, serviceContainers } from './containers';
import { objectPath, type Rule } from './rule';

/** Everything inside gives up before the edge does, so that the client hears why. */
function* withinRequest(deployable: Deployable, edgeSeconds: number): Iterable<Finding> {
  const seconds = (path: string): number => settingValue<number>(deployable.system, path) / 1_000;
  const receiving = seconds('server.requestTimeout');
  const [connecting, running] = [seconds('database.pool.connectTimeout'), seconds('database.statementTimeout')];
  const longest = Math.max(receiving, connecting + running);
  if (edgeSeconds > longest) return;
  yield {
    at: placeOf(deployable),
    path: 'workloads.api.exposure.timeoutSeconds',
    got: `${edgeSeconds} s`,
    allowed: `more than ${longest} s: ${receiving} to receive a request; ${connecting} for a connection and ${running} for a statement`,
    fix: `Raise it above ${longest}, or lower REQUEST_TIMEOUT_MS, DATABASE_CONNECT_TIMEOUT_MS or DATABASE_STATEMENT_TIMEOUT_MS.`,
  };
}

export const timeoutChain: Rule = {
  code: 'TIMEOUT-CHAIN',
  title: 'The edge waits longer than the service, and lets go of connections sooner',
  why: 'Clients get a 504 for what succeeds behind it, and a 502 whenever a kept connection closes under a request.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const deployable of deployables) {
      const edge = edgeOf(deployable);
      if (edge) yield* withinRequest(deployable, edge.timeoutSeconds);
    }
    for (const found of serviceContainers(deployables, objects)) {
      const idle = edgeIdleSeconds(found.deployable);
      // Nothing connects to a Job.
      if (idle === undefined || found.pod.object.kind !== 'Deployment') continue;
      const kept = secondsOf(found, objects, 'KEEP_ALIVE_TIMEOUT_MS');
      if (kept > idle) continue;
      yield {
        at: placeOf(found.deployable),
        path: `${objectPath(found.pod.object)} env KEEP_ALIVE_TIMEOUT_MS`,
        got: `${kept} s`,
        allowed: `more than ${idle} s, after which the edge (${edgeOf(found.deployable)?.kind}) closes an idle connection`,
        fix: 'Leave the variable as it is derived, or correct idleSeconds in infra/clusters.ts.',
      };
    }
  },
};
