import { z } from 'zod';
import { clusters } from '../clusters';
import { type EnvironmentName, environments } from '../environments';
import { type Deployable, namesOf, type Release } from './deployable';
import type { Finding } from './finding';
import { systemSchema } from './schema';
import { object } from './schema-tools';
import { readSealed } from './sealed';
import { secretContents } from './secret-content';
import { resolve, type Stack } from './stack';

/** Environment, then system: what runs there. */
export type Releases = Readonly<Record<string, Readonly<Record<string, Release>>>>;

const release = object({
  tag: z
    .string()
    .regex(/^[\w][\w.-]{0,127}$/, 'an image tag')
    .refine((tag) => tag !== 'latest', { error: 'a tag that does not move' }),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hex digits')
    .optional(),
});

const shown = (value: unknown): string => (value === undefined ? 'nothing' : (JSON.stringify(value) ?? `a ${typeof value}`)).slice(0, 120);

const fixOf = ({ code }: z.core.$ZodIssue, file: string): string =>
  code === 'unrecognized_keys' ? `Correct the spelling in ${file}, or remove it.` : `Change it in ${file}.`;

const valueAt = (tree: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown> | undefined)?.[key], tree);

const findingsOf = (error: z.ZodError, raw: unknown, at: string, file: string): Finding[] =>
  error.issues.map((issue) => ({
    at,
    path: [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [])].join('.'),
    got: issue.code === 'unrecognized_keys' ? `the unknown name ${issue.keys.join(', ')}` : shown(valueAt(raw, issue.path)),
    allowed: issue.message.replace(/^Invalid (option|input): expected /, ''),
    fix: fixOf(issue, file),
  }));

/** Parses every system of one environment; findings of all of them at once. */
export const load = (
  stacks: readonly Stack[],
  environmentName: EnvironmentName,
  releases: Releases,
): { deployables: Deployable[]; findings: Finding[] } => {
  const environment = environments[environmentName];
  const deployables: Deployable[] = [];
  const findings: Finding[] = [];

  for (const stack of stacks) {
    const raw = resolve(stack, environmentName);
    const name = String((raw as { name?: unknown }).name);
    const at = `${environmentName}.${name}`;
    const parsed = systemSchema.safeParse(raw);
    if (!parsed.success) findings.push(...findingsOf(parsed.error, raw, at, `infra/stacks/${name}.ts`));
    const rawRelease = releases[environmentName]?.[name];
    const released = release.safeParse(rawRelease);
    if (!released.success) findings.push(...findingsOf(released.error, rawRelease, `releases.${at}`, 'infra/releases.json'));
    if (!parsed.success || !released.success) continue;

    const system = parsed.data;
    if (system.secretSource.kind === 'plain' && !environment.plainSecrets) {
      findings.push({
        at,
        path: 'secretSource.kind',
        got: '"plain"',
        allowed: '"external", "sealed" or "existing" wherever the environment does not say plainSecrets',
        fix: `Name a secret store in infra/stacks/${name}.ts; made-up passwords are for throw-away clusters.`,
      });
      continue;
    }
    if (system.workloads.api.exposure.kind === 'nodePort' && !environment.nodePorts) {
      findings.push({
        at,
        path: 'workloads.api.exposure.kind',
        got: '"nodePort"',
        allowed: '"none", "nginx", "traefik", "gateway" or "alb" wherever the environment does not say nodePorts',
        fix: `Choose an edge that speaks HTTPS in infra/stacks/${name}.ts; ports of nodes are for machines of developers.`,
      });
      continue;
    }
    const deployable: Deployable = {
      environmentName,
      environment,
      cluster: clusters[environment.cluster],
      system,
      namespace: `${system.namespace.name}${environment.namespaceSuffix}`,
      names: namesOf(system),
      release: released.data as Release,
      sealed: [],
    };
    if (system.secretSource.kind === 'sealed') {
      const { file } = system.secretSource;
      const { sealed, problems } = readSealed(file, deployable.namespace, secretContents(deployable));
      const fix = `Seal what is missing into ${file} with kubeseal, for this namespace.`;
      findings.push(...problems.map((problem) => ({ at, path: 'secretSource.file', ...problem, fix })));
      deployable.sealed = sealed;
    }
    deployables.push(deployable);
  }
  return { deployables, findings };
};
