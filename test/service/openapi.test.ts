import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from '../../service/development/openapi';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, 'service', path), 'utf8');

/** Says how to mend it before jest shows the difference. */
const expectCommitted = (path: string, generated: string): void => {
  const committed = read(path);
  if (committed === generated) return;
  const lines = generated.split('\n');
  const line = committed.split('\n').findIndex((text, index) => text !== lines[index]);
  throw new Error(
    `service/${path} is not what the code says, from line ${line + 1} on. Look whether clients can live with the change, then: ` +
      `npm run openapi, and commit service/openapi.json and service/client/schema.d.ts.`,
  );
};

test('the committed document is what the code says', async () => {
  expectCommitted('openapi.json', await openApiDocument());
});

test('it is the same whatever the environment says', async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    SWAGGER_TITLE: 'Another',
    FEATURES: 'tasks',
    NODE_ENV: 'production',
    DATABASE_URL: 'postgresql://elsewhere/x',
  });
  try {
    expect(await openApiDocument()).toBe(read('openapi.json'));
  } finally {
    process.env = before;
  }
});

test('the committed types of the client are those of the document', () => {
  const { stdout } = spawnSync(process.execPath, ['node_modules/openapi-typescript/bin/cli.js', 'service/openapi.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  expectCommitted('client/schema.d.ts', stdout);
});
