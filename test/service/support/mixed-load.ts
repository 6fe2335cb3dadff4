import { randomBytes } from 'node:crypto';
import { type Ask, load } from './load';

export const right = 'correct horse battery';

/** Somebody with an account of the service, at an address of their own, and one task. */
export interface Member {
  readonly email: string;
  readonly address: Record<string, string>;
  /** Address and access token. */
  readonly headers: Record<string, string>;
  readonly taskId: string;
  /** Good for one use. */
  refreshToken: string;
}

let addresses = 0;

/** An address that nobody had before, for services that believe a proxy on this machine. */
export const elsewhere = (): { 'x-forwarded-for': string } => {
  addresses += 1;
  return { 'x-forwarded-for': `10.0.${addresses >> 8}.${addresses & 255}` };
};

/** Registers so many people, one after the other: passwords are slow. */
export const register = async (url: string, count: number): Promise<Member[]> => {
  const members: Member[] = [];
  for (let index = 0; index < count; index += 1) {
    const email = `member-${randomBytes(6).toString('hex')}@example.org`;
    const address = elsewhere();
    const post = async (path: string, body: object, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...address, ...headers },
        body: JSON.stringify(body),
      });
      if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json() as Promise<Record<string, string>>;
    };
    const { accessToken, refreshToken = '' } = await post('/api/auth/register', { email, name: 'A member', password: right });
    const headers = { ...address, authorization: `Bearer ${accessToken}` };
    const { id = '' } = await post('/api/tasks', { title: 'First' }, headers);
    members.push({ email, address, headers, taskId: id, refreshToken });
  }
  return members;
};

/** What the mix of requests is answered while nothing that it needs is away. */
export const expected = {
  read: [200],
  list: [200],
  create: [201],
  change: [200],
  me: [200],
  login: [200, 429],
  'wrong login': [401, 429],
  refresh: [200],
} as const;

/** Reads that did not show what the same client had changed just before. */
type Stale = { taskId: string; changed: unknown; read: unknown }[];

const work = async (ask: Ask, url: string, { headers, taskId }: Member, stale: Stale): Promise<void> => {
  const task = `${url}/api/tasks/${taskId}`;
  await ask('list', `${url}/api/tasks`, { headers });
  await ask('create', `${url}/api/tasks`, { method: 'POST', headers, body: { title: 'Another' } });
  await ask('me', `${url}/api/auth/me`, { headers });
  const changed = await ask('change', task, { method: 'PATCH', headers, body: { title: `Changed ${Math.random()}` } });
  const read = await ask('read', task, { headers });
  if (changed.status === 200 && read.status === 200 && changed.body.version !== read.body.version) {
    stale.push({ taskId, changed: changed.body.version, read: read.body.version });
  }
};

const signIn = async (ask: Ask, url: string, { email, address }: Member): Promise<void> => {
  await ask('login', `${url}/api/auth/login`, {
    method: 'POST',
    headers: address,
    body: { email, password: right },
  });
};

const guess = async (ask: Ask, url: string, { email, address }: Member): Promise<void> => {
  const body = { email, password: 'wrong horse battery' };
  await ask('wrong login', `${url}/api/auth/login`, { method: 'POST', headers: address, body });
};

const refresh = async (ask: Ask, url: string, member: Member): Promise<void> => {
  const { refreshToken } = member;
  const { status, body } = await ask('refresh', `${url}/api/auth/refresh`, { method: 'POST', body: { refreshToken } });
  if (status === 200) member.refreshToken = body.refreshToken as string;
};

/** Every fourth member logs in beside the work, guesses at a password, refreshes, or does nothing else. */
export const mixedLoad = (url: string, members: readonly Member[]) => {
  const stale: Stale = [];
  const beside = [signIn, guess, refresh, async () => {}];
  const running = load(
    members.map((member, index) => async (ask) => {
      await work(ask, url, member, stale);
      await beside[index % beside.length]?.(ask, url, member);
    }),
  );
  return { ...running, stale };
};
