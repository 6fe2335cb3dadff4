import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { SealedSecret } from './deployable';
import type { SecretContent } from './secret-content';

/** One thing wrong with a sealed file, in words. */
export interface SealedProblem {
  got: string;
  allowed: string;
}

const isSealed = (document: unknown): document is SealedSecret =>
  (document as { kind?: unknown } | null)?.kind === 'SealedSecret' &&
  typeof (document as SealedSecret).spec?.encryptedData === 'object' &&
  typeof (document as SealedSecret).metadata?.name === 'string';

/** Reads the SealedSecrets of a file, and holds them against the Secrets that the stack asks for. */
export const readSealed = (
  path: string,
  namespace: string,
  wanted: readonly SecretContent[],
): { sealed: SealedSecret[]; problems: SealedProblem[] } => {
  if (!existsSync(path))
    return { sealed: [], problems: [{ got: 'no such file', allowed: 'a file of SealedSecrets, written by kubeseal' }] };
  // Files that were put together may have a line of dashes with nothing after it.
  const documents = parseAllDocuments(readFileSync(path, 'utf8'))
    .map((document) => document.toJS() as unknown)
    .filter((document) => document !== null);
  const strangers = documents.filter((document) => !isSealed(document)).length;
  const sealed = documents.filter(isSealed);
  const problems: SealedProblem[] = strangers > 0 ? [{ got: `${strangers} documents of another kind`, allowed: 'SealedSecrets only' }] : [];
  for (const { metadata } of sealed) {
    if (metadata.namespace === namespace) continue;
    problems.push({ got: `${metadata.name} sealed for namespace ${metadata.namespace ?? '(none)'}`, allowed: namespace });
  }
  for (const { name, type, entries } of wanted) {
    const found = sealed.find(({ metadata }) => metadata.name === name);
    if (found && type && found.spec.template?.type !== type) {
      problems.push({ got: `${name} of type ${found.spec.template?.type ?? 'Opaque'}`, allowed: `${type}, in spec.template.type` });
    }
    const needed = entries.filter(({ optional }) => !optional).map(({ key }) => key);
    const missing = needed.filter((key) => !(key in (found?.spec.encryptedData ?? {})));
    if (missing.length === 0) continue;
    problems.push({ got: `${name} without ${missing.join(', ')}`, allowed: `${name} with ${needed.join(', ')}` });
  }
  return { sealed, problems };
};
