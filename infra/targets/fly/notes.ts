import type { FlyRow } from '../rows';

export interface Notes {
  row: FlyRow;
  /** Machines in all; the proxy starts and stops them. */
  machines: number;
  /** The most connections that all machines open, by the name of the URL. */
  connections: Readonly<Record<string, number>>;
  needed: readonly string[];
  optional: readonly string[];
}

const listed = (names: readonly string[]): string[] => names.map((name) => `  ${name}`);

/** What fly.toml cannot say, as commands, and the secrets by name. */
export const notes = ({ row: { app, file, region }, machines, connections, needed, optional }: Notes): string => {
  const config = `service/${file}`;
  return [
    '',
    'Once, from the root of the repository:',
    `  fly apps create ${app}`,
    `  fly secrets set --stage --app ${app} NAME=value ...   for every name below; \`fly secrets import\` keeps values out of the shell's history`,
    `  fly deploy --config ${config} --app ${app} --ha=false`,
    `  fly scale count ${machines} --config ${config} --app ${app} --region ${region} --max-per-region ${machines}`,
    'The last makes as many machines as may ever run; those above min_machines_running start and stop with the load.',
    '',
    'Each release, migration included:',
    `  fly deploy --config ${config} --app ${app}`,
    '',
    'Secrets that it needs. Those that begin with MIGRATION_ are of the role that owns the tables, all others of the API:',
    ...listed(needed),
    '',
    'Connections that all machines open together at most; a server that allows fewer needs a pooler before it:',
    ...listed(Object.entries(connections).map(([name, count]) => `${name} ${count}`)),
    ...(optional.length > 0 ? ['', 'Secrets that it does without:', ...listed(optional)] : []),
  ]
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');
};
