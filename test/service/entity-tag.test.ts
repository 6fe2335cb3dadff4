import { entityTag, isFresh, versionsOf } from '../../service/entity-tag';

test('a version has a strong tag', () => expect(entityTag(7)).toBe('"7"'));

test.each([
  [undefined, false],
  ['"7"', true],
  ['W/"7"', true],
  ['*', true],
  [' * ', true],
  ['"1", W/"7"', true],
  ['"1","7"', true],
  ['"6"', false],
  ['"77"', false],
  ['"1", "2"', false],
  ['7', false],
  ['w/"7"', false],
  ['', false],
])('If-None-Match: %s of version 7 says that the caller has it: %s', (header, fresh) => expect(isFresh(header, 7)).toBe(fresh));

test.each([
  [undefined, undefined],
  ['*', undefined],
  ['"7"', [7]],
  ['"1", "7"', [1, 7]],
  ['W/"7"', []],
  ['W/"7", "8"', [8]],
  ['"07"', []],
  ['"0"', []],
  ['"-1"', []],
  ['"9999999999"', []],
  ['7', []],
  ['', []],
])('If-Match: %s allows %j to be changed', (header, versions) => expect(versionsOf(header)).toEqual(versions));
