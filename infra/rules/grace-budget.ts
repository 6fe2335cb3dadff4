import { placeOf } from '../model/deployable';
import { lifecycle } from '../model/lifecycle';
import { secondsOf, serviceContainers } from './containers';
import type { Container, PodOwner } from './objects';
import { objectPath, type Rule } from './rule';

/** Kubernetes' own default of terminationGracePeriodSeconds. */
const defaultGrace = 30;

const preStopOf = (container: Container): number =>
  (container as { lifecycle?: { preStop?: { sleep?: { seconds: number } } } }).lifecycle?.preStop?.sleep?.seconds ?? 0;

const graceOf = ({ spec }: PodOwner): number =>
  (spec as { terminationGracePeriodSeconds?: number }).terminationGracePeriodSeconds ?? defaultGrace;

export const graceBudget: Rule = {
  code: 'GRACE-BUDGET',
  title: 'A pod has the time to end well',
  why: 'Requests in flight are cut at every rollout.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const found of serviceContainers(deployables, objects)) {
      const { deployable, pod, container } = found;
      // A Job ends by itself, and so does an init container.
      if (pod.object.kind !== 'Deployment' || !pod.spec.containers.includes(container)) continue;
      const [grace, preStop] = [graceOf(pod), preStopOf(container)];
      const [drain, timeout] = [secondsOf(found, objects, 'SHUTDOWN_DRAIN_MS'), secondsOf(found, objects, 'SHUTDOWN_TIMEOUT_MS')];
      const at = placeOf(deployable);
      if (preStop < lifecycle.preStop) {
        yield {
          at,
          path: `${objectPath(pod.object)} lifecycle.preStop`,
          got: `${preStop} s`,
          allowed: `${lifecycle.preStop} s or more: endpoints need that long to leave every node`,
          fix: 'Sleep longer before SIGTERM.',
        };
      }
      const readiness = container.readinessProbe;
      const noticed = readiness ? (readiness.periodSeconds ?? 10) * (readiness.failureThreshold ?? 3) : 0;
      if (drain < noticed) {
        yield {
          at,
          path: `${objectPath(pod.object)} env SHUTDOWN_DRAIN_MS`,
          got: `${drain} s`,
          allowed: `${noticed} s or more: routers that heed only readiness send until the probe has failed often enough`,
          fix: 'Drain for as long as probes take to fail, and a few seconds for the news to spread.',
        };
      }
      const needs = preStop + drain + lifecycle.request;
      if (grace < needs) {
        yield {
          at,
          path: `${objectPath(pod.object)} terminationGracePeriodSeconds`,
          got: `${grace} s`,
          allowed: `${needs} s or more: ${preStop} preStop + ${drain} drain + ${lifecycle.request} for the longest request`,
          fix: `Raise it to ${needs + lifecycle.margin}.`,
        };
      }
      if (preStop + timeout >= grace) {
        yield {
          at,
          path: `${objectPath(pod.object)} env SHUTDOWN_TIMEOUT_MS`,
          got: `${timeout} s after SIGTERM, ${preStop + timeout} s after the start of the end`,
          allowed: `less than the grace period of ${grace} s`,
          fix: 'Let the service give up by itself, and say so, before it is killed.',
        };
      }
    }
  },
};
