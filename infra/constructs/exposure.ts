import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Deployable, publicHost } from '../model/deployable';
import type { Exposure as ExposureProps } from '../model/system';
import { inWave, metadata, wave } from './metadata';

type Nginx = Extract<ExposureProps, { kind: 'nginx' }>;

/** The annotations of ingress-nginx that are used: a closed list, so that none is emitted that does not exist. */
type NginxAnnotation =
  | 'cors-allow-headers'
  | 'cors-allow-methods'
  | 'cors-allow-origin'
  | 'enable-cors'
  | 'force-ssl-redirect'
  | 'limit-rpm'
  | 'proxy-body-size'
  | 'proxy-read-timeout'
  | 'proxy-send-timeout';

const annotations = ({ body, timeoutSeconds, requestsPerMinute, cors }: Nginx): Partial<Record<NginxAnnotation, string>> => ({
  'force-ssl-redirect': 'true',
  'proxy-body-size': body.replace(/i$/, '').toLowerCase(),
  'proxy-read-timeout': String(timeoutSeconds),
  'proxy-send-timeout': String(timeoutSeconds),
  ...(requestsPerMinute && { 'limit-rpm': String(requestsPerMinute) }),
  ...(cors && {
    'enable-cors': 'true',
    'cors-allow-origin': cors.origins.join(','),
    'cors-allow-methods': cors.methods.join(', '),
    'cors-allow-headers': cors.headers.join(','),
  }),
});

/** The way in from outside the cluster. */
export class Exposure extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable) {
    super(scope, id);
    const { environment, names, system } = deployable;
    const { exposure, service } = system.workloads.api;
    if (exposure.kind === 'none') return;
    const host = publicHost(deployable) as string;
    const prefixed = Object.entries(annotations(exposure)).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]);
    new k8s.KubeIngress(this, 'ingress', {
      metadata: {
        ...metadata(deployable, names.ingress),
        annotations: { 'cert-manager.io/cluster-issuer': environment.issuer, ...Object.fromEntries(prefixed), ...inWave(wave.around) },
      },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: [host], secretName: exposure.tlsSecret }],
        rules: [
          {
            host,
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: names.service, port: { number: service.port } } } }],
            },
          },
        ],
      },
    });
  }
}
