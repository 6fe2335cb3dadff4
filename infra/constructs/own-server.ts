import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { OwnServer } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ownServerNames } from '../model/facets';
import { metadata, recommendedLabels } from './metadata';
import { containerSecurity, podSecurity, resourceRequirements } from './pod';

export interface OwnServerProps {
  deployable: Deployable;
  server: OwnServer;
  /** What it is, as a label and as the container's name. */
  component: string;
  port: number;
  /** User id of the image. */
  user: number;
  container: Pick<k8s.Container, 'args' | 'env' | 'livenessProbe' | 'readinessProbe' | 'startupProbe' | 'volumeMounts'>;
  volumes: k8s.Volume[];
  /** On the pod template: what changes here restarts the server. @default - none */
  annotations?: Record<string, string>;
}

/** A single server beside the API: a StatefulSet, so that two never write to one volume, and its Service. */
export const ownServer = (scope: Construct, props: OwnServerProps): void => {
  const { deployable, server, component, port, user, container, volumes, annotations } = props;
  const names = ownServerNames(server);
  const selected = { app: server.app };
  new k8s.KubeStatefulSet(scope, 'stateful-set', {
    metadata: metadata(deployable, names.workload, component, selected),
    spec: {
      replicas: 1,
      serviceName: names.service,
      selector: { matchLabels: selected },
      template: {
        metadata: { labels: { ...selected, ...recommendedLabels(deployable, component) }, ...(annotations && { annotations }) },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(user),
          containers: [
            {
              name: component,
              image: server.image,
              imagePullPolicy: 'IfNotPresent',
              ports: [{ name: component, containerPort: port, protocol: 'TCP' }],
              resources: resourceRequirements(server.resources),
              securityContext: containerSecurity,
              ...container,
            },
          ],
          volumes,
        },
      },
    },
  });
  new k8s.KubeService(scope, 'service', {
    metadata: metadata(deployable, names.service, component, selected),
    spec: {
      type: 'ClusterIP',
      selector: selected,
      ports: [{ name: component, port, targetPort: k8s.IntOrString.fromString(component), protocol: 'TCP' }],
    },
  });
};

/** A variable that holds a value of a Secret. */
export const fromSecret = (name: string, secret: string, key: string): k8s.EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});
