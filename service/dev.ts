import { resolve } from 'node:path';
import { describeProblems, readConfig } from './config';
import { docsPath } from './contract/endpoints';
import type { Config } from './contract/types';
import { type DevelopmentDatabase, openDevelopmentDatabase } from './development/database';
import { developmentEnvironment, developmentSecrets } from './development/environment';
import { seed, seededEmail } from './development/seed';
import { isFree } from './embedded/free-port';
import { type Service, serve } from './server';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const dataFolder = resolve('.data');

/** Fails before anything is started. The next free port would serve, too, but the address in everybody's notes would be wrong. */
const checkPorts = async ({ server, metrics }: Config): Promise<void> => {
  const wanted = [['PORT', server.port], ...(metrics.enabled ? [['METRICS_PORT', metrics.port]] : [])] as [string, number][];
  for (const [name, port] of wanted) {
    if (!(await isFree(port, server.host))) {
      throw new Error(
        `Port ${port} is taken, perhaps by another npm run dev. Stop that, or choose another: ${name}=${port + 1} npm run dev`,
      );
    }
  }
};

/** As anybody does; null where nobody was seeded, or accounts are kept elsewhere. */
const logIn = async ({ app }: Service, password: string): Promise<string | null> => {
  const response = await app.inject({ method: 'POST', url: '/api/auth/login', payload: { email: seededEmail, password } });
  return response.statusCode === 200 ? response.json<{ accessToken: string }>().accessToken : null;
};

/** Where it is at once, and how to try it as soon as that is known: a login compares a password. */
const announce = async (service: Service, { place }: DevelopmentDatabase, password: string): Promise<void> => {
  const { url, metricsUrl } = service;
  say(
    [
      '',
      `  API      ${url}`,
      `  Docs     ${url}${docsPath}`,
      ...(metricsUrl ? [`  Metrics  ${metricsUrl}`] : []),
      `  Data     ${place}`,
      '',
      '  Ctrl-C stops everything.',
      '',
    ].join('\n'),
  );
  const token = await logIn(service, password);
  say(
    token
      ? [
          `  Login    ${seededEmail}, password ${password}`,
          '',
          '  Make a task; the token is valid for a day:',
          '',
          `curl -s ${url}/api/tasks -H 'authorization: Bearer ${token}' -H 'content-type: application/json' -d '{"title":"Say hello"}'`,
          '',
        ].join('\n')
      : `  Nobody is there yet: POST ${url}/api/auth/register, or npm run db:seed.\n`,
  );
};

/** Counts Ctrl-C from the first moment on, so that one during the start leaves nothing running either. */
const listenForInterruption = () => {
  let signals = 0;
  let first = () => {};
  const state = { database: undefined as DevelopmentDatabase | undefined, first: new Promise<void>((resolve) => (first = resolve)) };
  const onSignal = () => {
    signals += 1;
    if (signals === 1) first();
    // For those who cannot wait for the API to finish.
    else if (signals === 2 && state.database) void state.database.stop().finally(() => process.exit(130));
    else process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // A SIGTERM to npm ends npm and its shell, and tells us nothing: we are left to another parent.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && first(), 500).unref();
  return state;
};

/** @throws Error for a deployed stage: everybody who can read .data would have an account there */
const sow = async ({ environment, auth }: Config, url: string, password: string, tell: boolean): Promise<void> => {
  if (environment === 'staging' || environment === 'production') {
    throw new Error(`NODE_ENV is ${environment}: example accounts are for development and test. Register the first account there instead.`);
  }
  const added = await seed({ url, password, rounds: auth.bcryptRounds });
  if (tell) say(added ? `added ${seededEmail} and others, password ${password}` : 'the examples are there already');
};

const main = async (): Promise<void> => {
  const interruption = listenForInterruption();
  const migrateOnly = process.argv.includes('--migrate-only');
  const seedOnly = process.argv.includes('--seed-only');
  const secrets = developmentSecrets(dataFolder);
  const decoded = readConfig(developmentEnvironment(process.env, secrets), process.cwd());
  if (!decoded.ok) throw new Error(describeProblems(decoded.problems));
  const { config } = decoded;
  if (!migrateOnly && !seedOnly) await checkPorts(config);
  const database = await openDevelopmentDatabase(dataFolder, config.database, { migrate: migrateOnly, log: say });
  interruption.database = database;
  try {
    if (migrateOnly) return;
    if (seedOnly || database.ours) await sow(config, database.url, secrets.password, seedOnly);
    if (seedOnly) return;
    const server = await serve({ ...config, database: { ...config.database, url: database.url } });
    await announce(server, database, secrets.password);
    await interruption.first;
    await server.close();
  } finally {
    await database.stop();
  }
};

if (require.main === module) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
