import { randomBytes } from 'node:crypto';
import { createFieldEncryption, type FieldEncryption, type Place } from '../../../service/encryption/fields';
import { type Batch, type EncryptedColumn, type Rewrite, reencrypt } from '../../../service/encryption/reencrypt';

const key = randomBytes(32).toString('hex');
const newKey = randomBytes(32).toString('hex');
const before = createFieldEncryption(key);
const during = createFieldEncryption(newKey, key);
const after = createFieldEncryption(newKey);

const placeOf = (rowId: string): Place => ({ organizationId: 'acme', table: 'users', column: 'phone', rowId });
const ids = ['a', 'b', 'c', 'd', 'e'];

/** A column whose rows are written as the interface asks; `written` are the ids in the order of writing. */
const columnOf = (encryption: FieldEncryption) => {
  const rows = new Map(ids.map((id) => [id, encryption.encrypt(`phone of ${id}`, placeOf(id))]));
  const written: Rewrite[] = [];
  const column: EncryptedColumn = {
    read: async (from = '', limit) =>
      [...rows]
        .filter(([id]) => id > from)
        .slice(0, limit)
        .map(([id, envelope]) => ({ place: placeOf(id), envelope })),
    write: async (row) => {
      if (rows.get(row.place.rowId) !== row.before) return false;
      rows.set(row.place.rowId, row.envelope);
      written.push(row);
      return true;
    },
  };
  return { rows, written, column, ids: () => written.map(({ place }) => place.rowId) };
};

const run = async (column: EncryptedColumn, options?: Parameters<typeof reencrypt>[2]): Promise<Batch[]> => {
  const batches: Batch[] = [];
  for await (const batch of reencrypt(during, column, options)) batches.push(batch);
  return batches;
};

test('every row reads the same without the previous key afterwards, and each batch says how far it came', async () => {
  const { rows, column, written } = columnOf(before);
  expect(await run(column, { limit: 2 })).toEqual([
    { after: 'b', read: 2, rewritten: 2, failures: [] },
    { after: 'd', read: 2, rewritten: 2, failures: [] },
    { after: 'e', read: 1, rewritten: 1, failures: [] },
  ]);
  for (const [id, envelope] of rows) expect(after.decrypt(envelope, placeOf(id))).toBe(`phone of ${id}`);
  // For the blind index, which changes with the key as well.
  expect(written.map(({ text }) => text)).toEqual(ids.map((id) => `phone of ${id}`));
});

test('a second run writes nothing', async () => {
  const table = columnOf(before);
  await run(table.column);
  const first = [...table.rows];
  expect(await run(table.column)).toEqual([{ after: 'e', read: 5, rewritten: 0, failures: [] }]);
  expect([...table.rows]).toEqual(first);
});

test('a run that broke off is finished by the next, from the start or from the last batch', async () => {
  for (const from of [undefined, 'b']) {
    const table = columnOf(before);
    const breaking: EncryptedColumn = {
      ...table.column,
      write: async (row) => {
        if (row.place.rowId === 'c') throw new Error('the connection is gone');
        return table.column.write(row);
      },
    };
    await expect(run(breaking, { limit: 2 })).rejects.toThrow('the connection is gone');
    expect(table.ids()).toEqual(['a', 'b']);
    await run(table.column, { after: from });
    expect(table.ids()).toEqual(ids);
  }
});

test('nothing is read ahead of who stops between two batches', async () => {
  const table = columnOf(before);
  for await (const batch of reencrypt(during, table.column, { limit: 2 })) {
    expect(batch.after).toBe('b');
    break;
  }
  expect(table.ids()).toEqual(['a', 'b']);
});

test('what somebody wrote between read and write stays', async () => {
  const table = columnOf(before);
  const newer = during.encrypt('a newer phone', placeOf('b'));
  const racing: EncryptedColumn = {
    ...table.column,
    read: async (...page) => {
      const rows = await table.column.read(...page);
      table.rows.set('b', newer);
      return rows;
    },
  };
  expect((await run(racing))[0]).toMatchObject({ read: 5, rewritten: 4 });
  expect(table.rows.get('b')).toBe(newer);
});

test('rows that do not decrypt are told and left, and the others are done', async () => {
  const table = columnOf(before);
  table.rows.set('b', 'never encrypted');
  table.rows.set('d', table.rows.get('a') as string);
  const [batch] = await run(table.column);
  expect(batch).toMatchObject({ read: 5, rewritten: 3 });
  expect(batch?.failures.map(({ place, error }) => [place.rowId, error.message])).toEqual([
    ['b', expect.stringContaining('is not an envelope')],
    ['d', expect.stringContaining('does not decrypt')],
  ]);
  expect(table.ids()).toEqual(['a', 'c', 'e']);
});
