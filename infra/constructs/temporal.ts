import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OwnServer } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ports } from '../model/facets';
import { ownServer } from './own-server';
import { writableFolders } from './pod';

/** The user `temporal` of the image. */
const temporalUser = 1000;

const answers = (failureThreshold: number): k8s.Probe => ({
  tcpSocket: { port: k8s.IntOrString.fromString('temporal') },
  periodSeconds: 5,
  failureThreshold,
});

/** The development server of Temporal: one process that keeps nothing over a restart. */
export class Temporal extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable, { location, namespace }: { location: OwnServer; namespace: string }) {
    super(scope, id);
    const writable = writableFolders({ '/tmp': '64Mi' });
    ownServer(this, {
      deployable,
      server: location,
      component: 'temporal',
      port: ports.temporal,
      user: temporalUser,
      container: {
        args: ['server', 'start-dev', '--headless', '--ip', '0.0.0.0', '--port', String(ports.temporal), '--namespace', namespace],
        startupProbe: answers(24),
        livenessProbe: answers(6),
        readinessProbe: answers(3),
        volumeMounts: writable.mounts,
      },
      volumes: writable.volumes,
    });
  }
}
