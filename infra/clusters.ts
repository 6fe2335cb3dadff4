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
  /** The ingress controller's pods. */
  ingress: { namespace: string; pods: Readonly<Record<string, string>> };
  /** Prometheus' pods, and the label by which it selects monitors and rules. */
  monitoring: { namespace: string; pods: Readonly<Record<string, string>>; select: Readonly<Record<string, string>> };
}

export type CrdGroup = 'argoproj.io' | 'cert-manager.io' | 'external-secrets.io' | 'monitoring.coreos.com' | 'postgresql.cnpg.io';

const dns = { namespace: 'kube-system', pods: { 'k8s-app': 'kube-dns' } };

const everywhere = {
  kubernetes: '1.34',
  podCidr: '10.244.0.0/16',
  apiServer: { cidr: '10.0.0.0/8', port: 6443 },
  postgresOperator: { namespace: 'cnpg-system', pods: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
  ingress: { namespace: 'ingress-nginx', pods: { 'app.kubernetes.io/name': 'ingress-nginx' } },
  monitoring: {
    namespace: 'monitoring',
    pods: { 'app.kubernetes.io/name': 'prometheus' },
    select: { release: 'kube-prometheus-stack' },
  },
} satisfies Partial<Cluster>;

const platform: readonly CrdGroup[] = ['cert-manager.io', 'external-secrets.io', 'monitoring.coreos.com', 'postgresql.cnpg.io'];

export const clusters = {
  development: { ...everywhere, crds: [], dns },
  staging: { ...everywhere, crds: platform, dns: { ...dns, nodeLocal: '169.254.20.10' } },
  production: { ...everywhere, crds: platform, dns: { ...dns, nodeLocal: '169.254.20.10' } },
} satisfies Record<string, Cluster>;

export type ClusterName = keyof typeof clusters;
