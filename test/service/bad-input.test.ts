import { closeApps, type TestApp, testApp } from './support/app';
import { everyFeature, type Person, testOrganization } from './support/members';
import { testDatabase } from './support/postgres';

// Every login takes a hash that is slow on purpose.
jest.setTimeout(60_000);

let service: TestApp;
let owner: Person;
let member: Person;

beforeAll(async () => {
  service = await testApp({ ...everyFeature, DATABASE_URL: (await testDatabase()).applicationUrl });
  const organization = await testOrganization(service.app);
  owner = organization.owner;
  member = await organization.add('member');
});
afterAll(closeApps);

type Method = 'POST' | 'PUT' | 'PATCH';

const send = (method: Method, url: string, payload: string) =>
  service.app.inject({ method, url, headers: { ...owner.headers, 'content-type': 'application/json' }, payload });

const nested = (depth: number, open: string, close: string): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** As JSON, since some of it has no value in JavaScript. */
const texts = [
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '""',
  'null',
  '7',
  '1e400',
  'true',
  '[]',
  '["a"]',
  '{}',
  `"${'x'.repeat(201)}"`,
];
const documents = ['', 'null', '[]', '"text"', '7', '{', '{"unknown":1}', '{"__proto__":{"a":1}}', '{}', nested(50_000, '[', ']')];

const taken = async (method: Method, url: string, payloads: readonly string[]): Promise<string[]> => {
  const answers: string[] = [];
  for (const payload of payloads) {
    const { statusCode } = await send(method, url, payload);
    if (statusCode !== 400) answers.push(`${statusCode} for ${payload.slice(0, 100)}`);
  }
  return answers;
};

const routes = async (): Promise<[Method, string, (text: string) => string][]> => {
  const made = async (url: string, payload: object) => (await send('POST', url, JSON.stringify(payload))).json().id as string;
  const task = await made('/api/tasks', { title: 'Here' });
  const design = await made('/api/designs', { name: 'Here', content: {} });
  const me = (await service.app.inject({ url: '/api/auth/me', headers: owner.headers })).json();
  return [
    ['POST', '/api/tasks', (text) => `{"title":${text}}`],
    ['PATCH', `/api/tasks/${task}`, (text) => `{"title":${text}}`],
    ['POST', '/api/designs', (text) => `{"name":${text},"content":{}}`],
    ['PATCH', `/api/designs/${design}`, (text) => `{"name":${text}}`],
    ['PATCH', `/api/organizations/${me.organization.id}`, (text) => `{"name":${text}}`],
    ['POST', '/api/users', (text) => `{"name":${text},"email":"a@example.com","password":"long enough for all","role":"member"}`],
    ['PATCH', `/api/users/${member.id}`, (text) => `{"name":${text}}`],
    ['PUT', `/api/users/${member.id}/role`, (text) => `{"role":${text}}`],
  ];
};

test('texts that are none, and bodies that are none, are refused everywhere', async () => {
  for (const [method, url, around] of await routes()) {
    expect([url, await taken(method, url, [...texts.map(around), ...documents])]).toEqual([url, []]);
    expect([url, await taken(method, url, [around('"good"').replace(/}$/, ',"unknown":1}')])]).toEqual([url, []]);
  }
});

test.each(['"false"', '0', 'null', '[]'])('%s is not whether a task is done', async (done) => {
  expect(await taken('POST', '/api/tasks', [`{"title":"a","done":${done}}`])).toEqual([]);
});

describe('the content of a design', () => {
  const bodyOf = (content: string) => `{"name":"a","content":${content}}`;

  test('holds what JSON can say and PostgreSQL keeps', async () => {
    const content = {
      $type: 'Param',
      'a\\u0000b': 'written \\u0000, not meant',
      toJSON: { constructor: 1 },
      emoji: '🐢',
      numbers: [0, -1.5, 1e300, 5e-324, 9007199254740991],
      nothing: [null, {}, [], ''],
      deep: JSON.parse(nested(62, '[', ']')),
    };
    const made = await send('POST', '/api/designs', bodyOf(JSON.stringify(content)));
    expect([made.statusCode, made.json().content]).toEqual([201, content]);
    const read = await service.app.inject({ url: made.headers.location as string, headers: owner.headers });
    expect(read.json().content).toEqual(content);
    const changed = await send('PATCH', made.headers.location as string, bodyOf(JSON.stringify(content)));
    expect(changed.json().content).toEqual(content);
  });

  test.each([
    ['a NUL', '{"a":["b\\u0000"]}'],
    ['a NUL in a name', '{"a":{"b\\u0000":1}}'],
    ['half a character', '{"a":[{"b":"\\ud83d"}]}'],
    ['half a character in a name', '{"\\udc22":1}'],
    ['a number beyond all', '{"a":[1e400]}'],
    ['lists that are too deep', `{"a":${nested(64, '[', ']')}}`],
    ['lists that are far too deep', `{"a":${nested(100_000, '[', ']')}}`],
    ['objects that are far too deep', `{"a":${nested(100_000, '{"a":', '}')}}`],
    ['too much', `{"a":"${'x'.repeat(262_144)}"}`],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a name that is too long', `{"${'x'.repeat(101)}":1}`],
  ])('%s is refused, with a pointer to it', async (_name, content) => {
    const answer = await send('POST', '/api/designs', bodyOf(content));
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'validation_failed']);
    expect(answer.json().errors[0]).toMatchObject({ in: 'body', pointer: expect.stringMatching(/^\/content/) });
  });
});

test.each([
  '/api/tasks?limit=1e400',
  '/api/tasks?limit=-1',
  '/api/tasks?limit=1.5',
  '/api/tasks?limit=1&limit=2',
  '/api/tasks?limit[]=1',
  '/api/tasks?cursor=%00',
  '/api/designs?cursor=a&cursor=b',
  '/api/users?cursor=%ff',
  '/api/audit-log?cursor=0',
  '/api/tasks/%00',
  '/api/users/null',
  '/api/designs/018f0000-0000-7000-8000-00000000000g',
  '/api/organizations/..%2f',
  '/api/tasks/%ff',
])('%s is refused', async (url) => {
  const { statusCode } = await service.app.inject({ url, headers: owner.headers });
  expect(statusCode).toBe(400);
});
