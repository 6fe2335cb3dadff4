import { randomUUID } from 'node:crypto';
import type { Scope } from '../../../service/database/scope';
import type { Statement } from '../../../service/database/statement';
import { query } from './postgres';

/** A table with the policy that every table of an organization has. */
const schema = `
  CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT uuidv7(), organization_id uuid NOT NULL, text text NOT NULL);
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY of_organization ON notes USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
  GRANT USAGE ON SCHEMA public TO counterpart_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO counterpart_app`;

export const createNotes = (ownerUrl: string) => query(ownerUrl, schema);

export type Someone = Exclude<Scope, 'identity'>;

/** A member of an organization of their own. */
export const someone = (): Someone => ({ organizationId: randomUUID(), userId: 'ada' });

export const insertNote = ({ organizationId }: Someone, text: string): Statement => ({
  name: 'insert_note',
  text: 'INSERT INTO notes (organization_id, text) VALUES ($1, $2)',
  values: [organizationId, text],
});

export const selectNotes: Statement = { name: 'select_notes', text: 'SELECT text FROM notes ORDER BY id', values: [] };

/** A statement of a test's own. */
export const statement = (text: string, ...values: unknown[]): Statement => ({ name: text.slice(0, 63), text, values });
