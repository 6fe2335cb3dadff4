import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from './support/free-port';
import { emptyDatabase, query } from './support/postgres';
import { endScripts, runScript, type Script, source } from './support/script';
import { scratchFolder } from './support/shared-server';

jest.setTimeout(60_000);

const ports = async () => ({ PORT: String(await freePort()), METRICS_PORT: String(await freePort()) });

const dev = (folder: string, env: Record<string, string>, ...args: string[]): Script =>
  runScript([source('dev.ts'), ...args], { cwd: folder, env });

/** Does what the printed command does. */
const follow = async (command: string): Promise<{ status: number; body: { id: string; title: string } }> => {
  const [, url = '', authorization = '', data = ''] = /^curl -s (\S+) -H 'authorization: ([^']+)' .* -d '([^']+)'$/.exec(command) ?? [];
  const response = await fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: data });
  return { status: response.status, body: (await response.json()) as { id: string; title: string } };
};

const isListening = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

const databaseRuns = (folder: string): boolean => existsSync(join(folder, '.data/postgres/data/postmaster.pid'));

describe('npm run dev', () => {
  const folder = scratchFolder();
  const running = async () => {
    const script = dev(folder, await ports());
    const [command] = await script.printed(/^curl .*$/m);
    expect(databaseRuns(folder)).toBe(true);
    return { script, command };
  };
  let created = '';

  afterAll(endScripts);

  it('prints a command that works as it stands, and where to look', async () => {
    const { script, command } = await running();
    const { status, body } = await follow(command);
    expect({ status, title: body.title }).toEqual({ status: 201, title: 'Say hello' });
    created = body.id;
    const [, docs = ''] = await script.printed(/Docs +(\S+)/);
    const [, metrics = ''] = await script.printed(/Metrics +(\S+)/);
    expect((await fetch(docs)).status).toBe(200);
    expect(await (await fetch(metrics)).text()).toContain('http_requests_total');
    script.child.kill('SIGINT');
    expect(await script.ended).toBe(0);
    expect(await isListening(docs)).toBe(false);
    expect(databaseRuns(folder)).toBe(false);
  });

  it('keeps data and keys, so that the task is there and yesterday’s token valid', async () => {
    const keys = join(folder, '.data/secrets.json');
    const before = readFileSync(keys, 'utf8');
    expect(statSync(keys).mode & 0o777).toBe(0o600);
    const { script, command } = await running();
    const [, url = '', authorization = ''] = /curl -s (\S+) -H 'authorization: ([^']+)'/.exec(command) ?? [];
    expect((await fetch(`${url}/${created}`, { headers: { authorization } })).status).toBe(200);
    expect(readFileSync(keys, 'utf8')).toBe(before);
    script.child.kill('SIGTERM');
    expect(await script.ended).toBe(0);
  });

  it('takes over the database of a run that was killed', async () => {
    const first = await running();
    first.script.child.kill('SIGKILL');
    await first.script.ended;
    expect(databaseRuns(folder)).toBe(true);
    const second = await running();
    expect(second.script.stdout()).toContain('PostgreSQL runs already');
    second.script.child.kill('SIGINT');
    expect(await second.script.ended).toBe(0);
    expect(databaseRuns(folder)).toBe(false);
  });

  it('leaves nothing running when interrupted twice', async () => {
    const { script } = await running();
    script.child.kill('SIGINT');
    script.child.kill('SIGINT');
    expect([0, 130]).toContain(await script.ended);
    expect(databaseRuns(folder)).toBe(false);
  });

  it('leaves nothing running when interrupted while it starts', async () => {
    const early = scratchFolder();
    const script = dev(early, await ports());
    await script.printed(/creating a database/);
    script.child.kill('SIGINT');
    expect(await script.ended).toBe(0);
    expect(databaseRuns(early)).toBe(false);
  });

  it('says which port is taken, and starts nothing', async () => {
    const somebody = createServer().listen(0, '127.0.0.1');
    await once(somebody, 'listening');
    const { port } = somebody.address() as { port: number };
    const script = dev(folder, { ...(await ports()), PORT: String(port) });
    expect(await script.ended).toBe(1);
    expect(script.stderr()).toBe(
      `Port ${port} is taken, perhaps by another npm run dev. Stop that, or choose another: PORT=${port + 1} npm run dev\n`,
    );
    expect(databaseRuns(folder)).toBe(false);
    somebody.close();
  });

  it('uses a database of your own, which only db:migrate changes', async () => {
    const { ownerUrl, applicationUrl } = await emptyDatabase();
    const own = scratchFolder();
    const refused = dev(own, { ...(await ports()), DATABASE_URL: ownerUrl });
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toContain(
      'The configured database lacks 20261127000000_tasks, 20261127100000_tenancy. Run npm run db:migrate',
    );
    const applied = dev(own, { DATABASE_URL: ownerUrl, DATABASE_APPLICATION_ROLE: 'counterpart_app' }, '--migrate-only');
    expect(await applied.ended).toBe(0);
    const asOwner = dev(own, { ...(await ports()), DATABASE_URL: ownerUrl });
    expect(await asOwner.ended).toBe(1);
    expect(asOwner.stderr()).toContain('connects as "counterpart_owner", which owns the tables');
    expect(await dev(own, { DATABASE_URL: applicationUrl }, '--seed-only').ended).toBe(0);
    const script = dev(own, { ...(await ports()), DATABASE_URL: applicationUrl });
    const [command] = await script.printed(/^curl .*$/m);
    expect(await follow(command)).toMatchObject({ status: 201 });
    expect(await query(ownerUrl, `SELECT title FROM tasks WHERE title = 'Say hello'`)).toEqual([{ title: 'Say hello' }]);
    script.child.kill('SIGINT');
    expect(await script.ended).toBe(0);
    expect(existsSync(join(own, '.data/postgres'))).toBe(false);
  });
});
