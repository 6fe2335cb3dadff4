import { passwordsOf } from '../model/composition';
import { type Deployable, placeOf } from '../model/deployable';
import { secretContents } from '../model/secret-content';
import { entries, features } from '../model/service';
import { rules } from '../rules';
import type { KubernetesObject } from '../rules/objects';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (text: string): string => `\`${text}\``;

const groupOf = ({ apiVersion }: KubernetesObject): string => apiVersion.split('/')[0] as string;

const isCustom = (object: KubernetesObject): boolean =>
  groupOf(object).includes('.') && !groupOf(object).endsWith('.k8s.io') && object.apiVersion !== 'v1';

/** Who watches the kinds of a group, and where a manifest uses more than kinds. */
const controllers: Readonly<Record<string, string>> = {
  'argoproj.io': 'Argo CD',
  'external-secrets.io': 'External Secrets Operator',
  'monitoring.coreos.com': 'Prometheus Operator',
  'postgresql.cnpg.io': 'CloudNativePG',
  'traefik.io': 'Traefik',
};

/** Classes of all Ingresses. */
const classesOf = (objects: readonly KubernetesObject[]): string[] =>
  [
    ...new Set(objects.filter(({ kind }) => kind === 'Ingress').map(({ spec }) => (spec as { ingressClassName: string }).ingressClassName)),
  ].sort();

/** What an environment's cluster needs, from the objects themselves. */
export const prerequisites = (environments: ReadonlyMap<string, readonly KubernetesObject[]>): string =>
  table(
    ['environment', 'custom resources and their controllers', 'besides'],
    [...environments].map(([environment, objects]) => {
      const byGroup = new Map<string, Set<string>>();
      for (const object of objects.filter(isCustom)) {
        byGroup.set(groupOf(object), (byGroup.get(groupOf(object)) ?? new Set()).add(object.kind));
      }
      const custom = [...byGroup]
        .sort()
        .map(([group, kinds]) => `${controllers[group] ?? group} (${[...kinds].sort().map(code).join(', ')})`);
      const has = (test: (object: KubernetesObject) => boolean, text: string) => (objects.some(test) ? [text] : []);
      const besides = [
        ...has(({ kind }) => kind === 'NetworkPolicy', 'a network that enforces policies'),
        ...has(
          ({ kind, spec }) => kind === 'PersistentVolumeClaim' || (kind === 'StatefulSet' && 'volumeClaimTemplates' in (spec as object)),
          'a default StorageClass',
        ),
        ...classesOf(objects).map((name) => `an ingress controller of class ${code(name)}`),
        ...has(({ kind }) => kind === 'Gateway', 'a controller of the Gateway API, and its support in cert-manager switched on'),
        ...has(({ metadata }) => metadata.annotations?.['cert-manager.io/cluster-issuer'] !== undefined, 'cert-manager with its issuer'),
        ...has(({ kind }) => kind === 'HorizontalPodAutoscaler', 'metrics-server'),
        ...has(({ metadata }) => metadata.name.endsWith('prometheus-adapter-rules'), 'prometheus-adapter with the rules of that ConfigMap'),
      ];
      return [environment, custom.join('; ') || 'none', besides.join('; ')];
    }),
  );

/** What has to be put into the secret store before a first deployment. */
export const secretsToCreate = (deployables: readonly Deployable[]): string =>
  table(
    ['entry in the store', 'properties', 'optional properties'],
    deployables
      .filter(({ system }) => system.secretSource.kind === 'external')
      .map((deployable) => {
        const all = secretContents(deployable).flatMap(({ entries: keys }) => keys);
        const names = (optional: boolean) => [
          ...new Set(all.filter((entry) => entry.optional === optional).flatMap(({ composition }) => passwordsOf(composition))),
        ];
        return [
          code(placeOf(deployable).split('.').reverse().join('/')),
          names(false).map(code).join(' '),
          names(true).map(code).join(' ') || 'none',
        ];
      }),
  );

/** The systems that switch a feature on, and where, if not everywhere. */
const offeredBy = (deployables: readonly Deployable[], feature: string): string[] => {
  const stagesOf = (offering: readonly Deployable[], name: string) =>
    offering.filter(({ system }) => system.name === name).map(({ environment }) => environment.stage);
  const offering = deployables.filter(({ system }) => system.features.some((name) => name === feature));
  return [...new Set(offering.map(({ system }) => system.name))].sort().map((name) => {
    const stages = stagesOf(offering, name);
    return stages.length === stagesOf(deployables, name).length ? name : `${name} (${stages.join(', ')})`;
  });
};

export const featureTable = (deployables: readonly Deployable[]): string =>
  table(
    ['feature', 'what it is', 'switched on by'],
    Object.entries(features).map(([name, about]) => [code(name), about, offeredBy(deployables, name).join(', ') || 'none']),
  );

export const ruleTable = (): string =>
  table(
    ['code', 'rule', 'what happens without it'],
    rules.map(({ code: name, title, why }) => [code(name), title, why]),
  );

const defaultOf = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value ?? ''));

/** Every variable that the service reads, as a file to copy; secrets are named and empty. */
export const environmentTemplate = (): string => {
  const blocks = entries.map(({ path, setting }) => {
    const [first, ...others] = Object.keys(setting.spellings);
    const needed = setting.required ? ` Needed ${setting.required === 'always' ? 'always' : `by the feature ${setting.required}`}.` : '';
    const also = others.length > 0 ? ` Also: ${others.join(', ')}.` : '';
    const value = setting.sensitive ? '' : defaultOf(setting.default);
    return `# ${setting.about} (${path}).${needed}${also}\n# ${first}=${value}`;
  });
  return `# Every variable that the service reads, with its default. Generated from service/contract by \`npm run docs\`.\n\n${blocks.join('\n\n')}\n`;
};
