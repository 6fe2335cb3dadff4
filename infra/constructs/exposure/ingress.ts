import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Deployable } from '../../model/deployable';
import { publicHost } from '../../model/entrance';
import { inWave, metadata, wave } from '../metadata';

export interface IngressProps {
  className: 'nginx' | 'traefik' | 'alb';
  annotations: Readonly<Record<string, string>>;
  /** Ends the name of the object. @default - nothing */
  suffix?: string;
  /** `secret`: TLS by cert-manager's Secret; `account`: by a certificate that the controller finds; `none`: plain HTTP. */
  tls: 'secret' | 'account' | 'none';
}

/** One Ingress for every path of the public host. */
export const ingress = (scope: Construct, deployable: Deployable, { className, annotations, suffix = '', tls }: IngressProps): void => {
  const { names, system } = deployable;
  const { port } = system.workloads.api.service;
  const host = publicHost(deployable) as string;
  const name = `${names.ingress}${suffix}`;
  new k8s.KubeIngress(scope, name, {
    metadata: { ...metadata(deployable, name), annotations: { ...annotations, ...inWave(wave.around) } },
    spec: {
      ingressClassName: className,
      ...(tls !== 'none' && { tls: [{ hosts: [host], ...(tls === 'secret' && { secretName: names.certificate }) }] }),
      rules: [
        {
          host,
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: names.service, port: { number: port } } } }] },
        },
      ],
    },
  });
};

/** Annotations under the prefix of their controller. */
export const prefixed = (prefix: string, annotations: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`${prefix}/${name}`, value]));

/** Asks cert-manager for the certificate. */
export const issuedBy = ({ environment }: Deployable): Record<string, string> => ({
  'cert-manager.io/cluster-issuer': environment.issuer,
});
