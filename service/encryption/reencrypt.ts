import type { FieldEncryption, Place } from './fields';

export interface EncryptedRow {
  readonly place: Place;
  readonly envelope: string;
}

export interface Rewrite extends EncryptedRow {
  /** What was read: the row is written only while it still holds this. */
  readonly before: string;
  /** Decrypted, for a blind index to be written along. */
  readonly text: string;
}

/** One encrypted column of one table. */
export interface EncryptedColumn {
  /** Rows with a value, ascending by row id, beginning behind `after`. */
  read(after: string | undefined, limit: number): Promise<readonly EncryptedRow[]>;
  /**
   * Stores the envelope where the row still holds `before` (`UPDATE … WHERE id = … AND phone = before`), else a value that
   * somebody has written meanwhile would be lost.
   * @returns whether it did
   */
  write(row: Rewrite): Promise<boolean>;
}

export interface Batch {
  /** Id of the last row looked at: pass it as `after` to go on from here. */
  readonly after: string;
  readonly read: number;
  readonly rewritten: number;
  /** Rows that do not decrypt and stay as they are; the previous key is needed as long as there are any. */
  readonly failures: readonly { readonly place: Place; readonly error: Error }[];
}

interface Options {
  /** @default - from the first row */
  after?: string;
  /** Most rows of one batch. @default 500 */
  limit?: number;
}

/**
 * Rewrites what was encrypted with the previous key, batch by batch: log each, stop between two, or begin again at any
 * time, since rows of the current key are only read. Run it when no process encrypts with the previous key any more.
 * @throws whatever `read` and `write` do; what was written until then stays
 */
export async function* reencrypt(
  encryption: FieldEncryption,
  column: EncryptedColumn,
  { after, limit = 500 }: Options = {},
): AsyncGenerator<Batch, void, void> {
  const renew = ({ place, envelope: before }: EncryptedRow): Rewrite | undefined => {
    if (!encryption.isOutdated(before)) return undefined;
    const text = encryption.decrypt(before, place);
    return { place, before, text, envelope: encryption.encrypt(text, place) };
  };

  let cursor = after;
  for (;;) {
    const rows = await column.read(cursor, limit);
    const last = rows.at(-1)?.place.rowId;
    if (last === undefined) return;
    const failures: Batch['failures'][number][] = [];
    let rewritten = 0;
    for (const row of rows) {
      let renewed: Rewrite | undefined;
      try {
        renewed = renew(row);
      } catch (error) {
        // One damaged row must not keep all behind it on the old key.
        failures.push({ place: row.place, error: error as Error });
      }
      if (renewed && (await column.write(renewed))) rewritten += 1;
    }
    cursor = last;
    yield { after: last, read: rows.length, rewritten, failures };
  }
}
