import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryOf } from '../../service/contract/catalogue';

const dockerfile = readFileSync(join(__dirname, '..', '..', 'service', 'Dockerfile'), 'utf8');

test('the image sets no setting of the service: a deployment may use its other spelling, and two are refused', () => {
  const names = [...dockerfile.matchAll(/^ENV\s+(.+)$/gm)].flatMap(([, line = '']) =>
    [...line.matchAll(/(\w+)=/g)].map(([, name = '']) => name),
  );
  expect(names.filter(entryOf)).toEqual([]);
});
