import { z } from 'zod';
import { clusters } from '../clusters';
import { type EnvironmentName, environments } from '../environments';
import { type Deployable, namesOf, type Release } from './deployable';
import type { Finding } from './finding';
import { systemSchema } from './schema';
import { object } from './schema-tools';
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

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, 120);

const fixOf = ({ code }: z.core.$ZodIssue, file: string): string =>
  code === 'unrecognized_keys' ? `Correct the spelling in ${file}, or remove it.` : `Change it in ${file}.`;

/** A union says only that nothing fits: the branch of the same kind says why. */
const unfold = (issue: z.core.$ZodIssue): z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const ofKind = issue.errors.filter((branch) => !branch.some((inner) => inner.path[0] === 'kind'));
  const closest = ofKind[0];
  if (!closest) return [issue];
  return closest.flatMap((inner) => unfold({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue));
};

const findingsOf = (error: z.ZodError, at: string, file: string): Finding[] =>
  error.issues.flatMap(unfold).map((issue) => ({
    at,
    path: [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [])].join('.'),
    got: issue.code === 'unrecognized_keys' ? `the unknown name ${issue.keys.join(', ')}` : shown(issue.input),
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
    const parsed = systemSchema.safeParse(raw, { reportInput: true });
    if (!parsed.success) findings.push(...findingsOf(parsed.error, at, `infra/stacks/${name}.ts`));
    const released = release.safeParse(releases[environmentName]?.[name], { reportInput: true });
    if (!released.success) findings.push(...findingsOf(released.error, `releases.${at}`, 'infra/releases.json'));
    if (!parsed.success || !released.success) continue;

    const system = parsed.data;
    if (system.secretSource.kind === 'plain' && !environment.plainSecrets) {
      findings.push({
        at,
        path: 'secretSource.kind',
        got: '"plain"',
        allowed: '"external" wherever the environment does not say plainSecrets',
        fix: `Name a secret store in infra/stacks/${name}.ts; made-up passwords are for throw-away clusters.`,
      });
      continue;
    }
    deployables.push({
      environmentName,
      environment,
      cluster: clusters[environment.cluster],
      system,
      namespace: `${system.namespace.name}${environment.namespaceSuffix}`,
      names: namesOf(system),
      release: released.data as Release,
    });
  }
  return { deployables, findings };
};
