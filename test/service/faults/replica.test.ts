import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '../../../service/database/migrations';
import { closeApps, type TestApp, testApp } from '../support/app';
import { type Ask, load, unexpected } from '../support/load';
import { type ReplicatedDatabase, replicatedDatabase } from '../support/replica';

jest.setTimeout(60_000);

let servers: ReplicatedDatabase;
let service: TestApp;
let url: string;

beforeAll(async () => {
  servers = await replicatedDatabase();
  await migrate({ url: servers.primary.ownerUrl, applicationRole: 'counterpart_app' });
  await servers.resume();
  service = await testApp({
    DATABASE_URL: servers.primary.applicationUrl,
    DATABASE_REPLICA_URL: servers.replicaUrl,
    ENABLE_CACHE: 'false',
    RATE_LIMIT_MAX_REQUESTS: '1000000',
  });
  url = await service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await closeApps();
  await servers.close();
});

/** Each saves a design and opens it, and lists what there is. */
const designers = () => {
  const lost: string[] = [];
  const scripts = Array.from({ length: 20 }, (_, index) => async (ask: Ask) => {
    const headers = service.as(`designer-${index}`);
    const body = { name: 'A design', content: { shapes: [] } };
    const { body: made } = await ask('create', `${url}/api/designs`, { method: 'POST', headers, body });
    const changed = { method: 'PATCH', headers, body: { name: 'Changed' } };
    await ask('change', `${url}/api/designs/${made.id}`, changed);
    const { body: read } = await ask('read', `${url}/api/designs/${made.id}`, { headers });
    if (read.name !== 'Changed') lost.push(String(read.name));
    await ask('list', `${url}/api/designs`, { headers });
  });
  return { ...load(scripts), lost };
};

test.each<[string, () => Promise<void>, () => Promise<void>]>([
  ['is gone', () => servers.stopReplica(), () => servers.startReplica()],
  ['is behind', () => servers.pause(), () => servers.resume()],
])('a replica that %s is missed by nobody: no request fails, and each reads what it wrote', async (_fault, begin, end) => {
  const running = designers();
  await running.round();
  await begin();
  await running.round();
  await sleep(1_000);
  await end();
  await running.round();
  const answers = await running.stop();
  expect(unexpected(answers, { create: [201], change: [200], read: [200], list: [200] })).toEqual([]);
  expect(running.lost).toEqual([]);
});
