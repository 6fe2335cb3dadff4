/** Facts of each cluster that manifests depend on. One typed row each. */
export interface Cluster {
  /** Version of the API server; no field may be newer. */
  kubernetes: `1.${number}`;
  /** API groups of the custom resources that are installed, each with its controller. */
  crds: readonly CrdGroup[];
  /** Addresses of pods: proxies within them are believed about the client's address. */
  podCidr: string;
  /** Where names are resolved: CoreDNS pods, and the address of the node's own cache where there is one. */
  dns: { namespace: string; pods: Readonly<Record<string, string>>; nodeLocal?: string };
  /** The operator that runs PostgreSQL clusters. */
  postgresOperator: { namespace: string; pods: Readonly<Record<string, string>> };
  /** The API server as pods reach it, after address translation: operators and their pods call it. */
  apiServer: { cidr: string; port: number };
  /** Where requests from outside come from, by the way in that a system chose. */
  waysIn: {
    nginx: Controller;
    traefik: Controller;
    /** `cors`: its controller knows the CORS filter; one that does not (Traefik 3.6) answers 500 to every request of the route. */
    gateway: Controller & { className: string; cors: boolean };
    alb: Outside;
    nodePort: Outside;
  };
  /** Prometheus' pods, and the label by which it selects monitors and rules. */
  monitoring: { namespace: string; pods: Readonly<Record<string, string>>; select: Readonly<Record<string, string>> };
}

/** Pods that stand before ours. */
export interface Controller {
  namespace: string;
  pods: Readonly<Record<string, string>>;
  /** Time after which it closes an idle connection to a pod, in seconds. */
  idleSeconds: number;
}

/** Addresses that no pod has. */
export interface Outside {
  cidrs: readonly string[];
  /** Ranges within them that are not meant. */
  except?: readonly string[];
}

export type CrdGroup =
  | 'argoproj.io'
  | 'bitnami.com'
  | 'cert-manager.io'
  | 'external-secrets.io'
  | 'gateway.networking.k8s.io'
  | 'monitoring.coreos.com'
  | 'postgresql.cnpg.io'
  | 'traefik.io';

const dns = { namespace: 'kube-system', pods: { 'k8s-app': 'kube-dns' } };

const podCidr = '10.244.0.0/16';

const everywhere = {
  kubernetes: '1.34',
  podCidr,
  apiServer: { cidr: '10.0.0.0/8', port: 6443 },
  postgresOperator: { namespace: 'cnpg-system', pods: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
  waysIn: {
    // Idle times are the defaults: upstream-keepalive-timeout, idleConnTimeout, and the upstream idle timeout of Envoy.
    nginx: { namespace: 'ingress-nginx', pods: { 'app.kubernetes.io/name': 'ingress-nginx' }, idleSeconds: 60 },
    traefik: { namespace: 'traefik', pods: { 'app.kubernetes.io/name': 'traefik' }, idleSeconds: 90 },
    gateway: {
      className: 'envoy',
      cors: true,
      namespace: 'envoy-gateway-system',
      pods: { 'app.kubernetes.io/managed-by': 'envoy-gateway', 'app.kubernetes.io/component': 'proxy' },
      idleSeconds: 3_600,
    },
    // Its nodes have addresses in the public subnets of the VPC.
    alb: { cidrs: ['10.0.1.0/24', '10.0.2.0/24'] },
    // Everything but pods.
    nodePort: { cidrs: ['0.0.0.0/0'], except: [podCidr] },
  },
  monitoring: {
    namespace: 'monitoring',
    pods: { 'app.kubernetes.io/name': 'prometheus' },
    select: { release: 'kube-prometheus-stack' },
  },
} satisfies Partial<Cluster>;

const platform: readonly CrdGroup[] = [
  'cert-manager.io',
  'external-secrets.io',
  'gateway.networking.k8s.io',
  'monitoring.coreos.com',
  'postgresql.cnpg.io',
  'traefik.io',
];

export const clusters = {
  development: { ...everywhere, crds: [], dns },
  staging: { ...everywhere, crds: platform, dns: { ...dns, nodeLocal: '169.254.20.10' } },
  production: { ...everywhere, crds: platform, dns: { ...dns, nodeLocal: '169.254.20.10' } },
} satisfies Record<string, Cluster>;

export type ClusterName = keyof typeof clusters;
