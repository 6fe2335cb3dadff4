import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { query, testDatabase } from '../support/postgres';

interface Column {
  name: string;
  type: string;
  nullable: boolean;
}

const typeOf: Record<string, string> = {
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  DateTime: 'timestamp(3) without time zone',
  Json: 'jsonb',
  Bytes: 'bytea',
};

const nativeType = (attribute: string | undefined): string | undefined =>
  attribute
    ?.replace(/^@db\.Timestamptz\((\d)\)$/, 'timestamp($1) with time zone')
    .replace(/^@db\.VarChar\((\d+)\)$/, 'character varying($1)')
    .replace('@db.Uuid', 'uuid')
    .replace('@db.SmallInt', 'smallint');

/** Columns that schema.prisma asks for, by table; reads the subset of its language that we write. */
const columnsOfSchema = (): Record<string, Column[]> => {
  const schema = readFileSync(join(__dirname, '../../../service/prisma/schema.prisma'), 'utf8');
  const tables: Record<string, Column[]> = {};
  const models = [...schema.matchAll(/^model (\w+) \{/gm)].map(([, name]) => name);
  for (const [, body = ''] of schema.matchAll(/^model \w+ \{([^}]*)\}/gm)) {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] as string;
    const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(\??)(.*)$/gm)].filter(([, , type]) => !models.includes(type as string));
    tables[table] = fields.map(([, field = '', type = '', optional, attributes = '']) => ({
      name: /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? field,
      type: nativeType(/@db\.\w+(\(\d+\))?/.exec(attributes)?.[0]) ?? (typeOf[type] as string),
      nullable: optional === '?',
    }));
  }
  return tables;
};

describe('schema.prisma', () => {
  it('describes exactly the tables and columns that the migrations make', async () => {
    const { ownerUrl } = await testDatabase();
    const migrated = await query<{ table: string; columns: Column[] }>(
      ownerUrl,
      `SELECT c.relname AS table, json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
         'nullable', NOT a.attnotnull) ORDER BY a.attnum) AS columns
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
         AND a.attnum > 0 AND NOT a.attisdropped GROUP BY c.relname`,
    );
    expect(Object.fromEntries(migrated.map(({ table, columns }) => [table, columns]))).toEqual(columnsOfSchema());
  });
});

describe('a new task', () => {
  it('gets an id that sorts by time of creation and is of version 7', async () => {
    const { ownerUrl } = await testDatabase();
    const [organization] = await query<{ id: string }>(ownerUrl, `INSERT INTO organizations (name) VALUES ('ada') RETURNING id`);
    const insert = `INSERT INTO tasks (organization_id, title) VALUES ('${organization?.id}', 'count') RETURNING id`;
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const [task] = await query<{ id: string }>(ownerUrl, insert);
      ids.push(task?.id as string);
    }
    expect(ids).toEqual([...ids].sort());
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  });
});
