import { placeOf } from '../model/deployable';
import { type HealthPath, healthEndpoints, pathsFor } from '../model/service';
import { serviceContainers, textOf } from './containers';
import { type Container, containersOf, namespaceOf } from './objects';
import { objectPath, type Rule } from './rule';

const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container) =>
  Object.entries({ startupProbe, livenessProbe, readinessProbe }).flatMap(([name, probe]) => (probe ? [{ name, probe }] : []));

export const probePort: Rule = {
  code: 'PROBE-PORT',
  title: 'Every probe asks a port and a path that are served',
  why: 'A probe that can never succeed restarts the pod for ever; a liveness probe that asks a database restarts all pods with it.',
  severity: 'error',
  reads: 'world',
  *check({ deployables, objects }) {
    for (const pod of objects.pods) {
      for (const container of containersOf(pod)) {
        for (const { name, probe } of probesOf(container)) {
          const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
          const ports = container.ports ?? [];
          if (port === undefined || ports.some((open) => open.name === port || open.containerPort === port)) continue;
          yield {
            at: namespaceOf(pod.object),
            path: `${objectPath(pod.object)} ${container.name} ${name}`,
            got: `port ${port}`,
            allowed: `a port of the container: ${ports.map((open) => `${open.name ?? ''} ${open.containerPort}`.trim()).join(', ')}`,
            fix: 'Name the port that the process listens on.',
          };
        }
      }
    }
    for (const { deployable, pod, container } of serviceContainers(deployables, objects)) {
      const at = placeOf(deployable);
      for (const { name, probe } of probesOf(container)) {
        const use = name === 'readinessProbe' ? 'readiness' : 'liveness';
        const path = probe.httpGet?.path;
        if (path === undefined || healthEndpoints[path as HealthPath] === use) continue;
        yield {
          at,
          path: `${objectPath(pod.object)} ${name}`,
          got: path,
          allowed: `a ${use} endpoint of the service: ${pathsFor(use).join(', ')}`,
          fix: `Set workloads.api.health.${use === 'readiness' ? 'ready' : 'live'} to one of them.`,
        };
      }
      const http = container.ports?.find((open) => open.name === 'http')?.containerPort;
      const variable = container.env?.find((entry) => entry.name === 'PORT');
      const listens = variable && textOf(variable, objects, pod.object);
      if (http === undefined || listens === undefined || Number(listens) === http) continue;
      yield {
        at,
        path: `${objectPath(pod.object)} env PORT`,
        got: listens,
        allowed: `${http}, the container's port http`,
        fix: 'Set both from workloads.api.ports.http.',
      };
    }
  },
};
