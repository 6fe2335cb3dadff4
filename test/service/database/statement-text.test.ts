import { statementText } from '../../../service/database/statement-text';

test.each([
  ['a literal', "SELECT * FROM t WHERE a = 'secret' AND b = $1", "SELECT * FROM t WHERE a = '…' AND b = $1"],
  ['doubled quotes', "SELECT 'it''s secret', 2", "SELECT '…', 2"],
  ['a backslash that escapes nothing', "SELECT 'secret\\' , 'secret'", "SELECT '…' , '…'"],
  ['a backslash that escapes', "SELECT E'se\\'cret', 'secret'", "SELECT '…', '…'"],
  ['dollar quotes', 'DO $$ secret $$; SELECT $body$ secret $$ secret $body$, $1', "DO '…'; SELECT '…', $1"],
  ['a quote that stays open', "SELECT 1, 'secret", "SELECT 1, '…'"],
  ['quotes within an identifier', `SELECT "it's", 'secret' FROM "a""b"`, `SELECT "it's", '…' FROM "a""b"`],
  ['comments', "SELECT 1 -- it's secret\n/* 'secret */ , 'secret'", "SELECT 1 , '…'"],
])('nothing is left of %s', (_name, sql, expected) => {
  expect(statementText(sql)).toBe(expected);
});

test('a statement stands on one line, of 500 characters at most', () => {
  expect(statementText('  SELECT\n\t1  ')).toBe('SELECT 1');
  const long = statementText(`SELECT ${'column, '.repeat(1_000)}`);
  expect(long).toHaveLength(500);
  expect(long).toMatch(/^SELECT column, .*…$/);
});

test('a long literal is no trouble', () => {
  expect(statementText(`SELECT '${"''x".repeat(1_000_000)}'`)).toBe("SELECT '…'");
});
