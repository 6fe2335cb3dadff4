import type { Scope } from '../../../service/database/scope';
import { type TestApp, testApp } from './app';
import { insertNote, type Someone, selectNotes, statement } from './notes';
import type { ReplicatedDatabase } from './replica';

export const appWithReplica = ({ primary, replicaUrl }: ReplicatedDatabase, environment: Record<string, string> = {}): Promise<TestApp> =>
  testApp({ DATABASE_URL: primary.applicationUrl, DATABASE_REPLICA_URL: replicaUrl, ...environment });

export const writeNote = async ({ app }: TestApp, scope: Someone, text: string): Promise<void> => {
  const { text: sql, values } = insertNote(scope, text);
  await app.db.transaction(scope, (tx) => tx.$executeRawUnsafe(sql, ...values));
};

export const readNotes = async ({ app }: TestApp, scope: Scope): Promise<string[]> =>
  (await app.db.reader.query<{ text: string }>(scope, selectNotes)).map(({ text }) => text);

const where = 'SELECT pg_is_in_recovery() AS replica';

/** Whether a statement through the reader is answered by the replica. */
export const readsReplica = async ({ app }: TestApp, scope: Scope): Promise<boolean | undefined> =>
  (await app.db.reader.query<{ replica: boolean }>(scope, statement(where)))[0]?.replica;

/** Whether a transaction through the reader is. */
export const transactsOnReplica = ({ app }: TestApp, scope: Scope): Promise<boolean> =>
  app.db.reader.transaction(scope, async (tx) => (await tx.$queryRawUnsafe<[{ replica: boolean }]>(where))[0].replica);
