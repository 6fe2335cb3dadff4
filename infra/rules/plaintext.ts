import { containersOf, type KubernetesObject, namespaceOf, type Objects } from './objects';
import { objectPath, type Rule } from './rule';

/** A password within a URL; a reference to one, as of a template or of another variable, is none. */
const urlWithPassword = /[a-z][a-z0-9+]*:\/\/[^\s:@/]*:(?!\{\{|\$[({]|<)[^\s@/]+@/i;

/** What people write where a secret belongs, to change it later. */
const placeholder = /\b(change[-_ ]?me|change[-_ ]this|your[-_](\w+[-_])*(key|secret|token|password)|admin123|password123|hunter2)\b/i;

/** Passwords that every guide shows. */
const urlWithKnownPassword = /:\/\/[^\s:@/]*:(password|passwd|postgres|admin|root|guest|secret|test)@/i;

/** Names that promise a secret. */
const secretName = /(^|[\W_]|pg)(passw(or)?d|secret|token|(private|api|access|secret|encryption|signing)[-_]?key)$/i;

/** What stands under such a name and is no secret: a switch, a number, a file, or another variable. */
const harmless = /^(true|false|\d{1,6}|\/[\w./-]+|\$\([\w]+\)|)$/i;

interface Text {
  object: KubernetesObject;
  path: string;
  /** What the value is called; undefined for an argument, which has no name. */
  name?: string;
  text: string;
}

const entriesOf = (map: unknown): [string, string][] => Object.entries((map ?? {}) as Record<string, string>);

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

const inPods = (objects: Objects): Text[] =>
  objects.pods.flatMap((pod) =>
    containersOf(pod).flatMap(({ name: container, env = [], command = [], args = [] }) => [
      ...env.flatMap(({ name, value }) =>
        value === undefined ? [] : [{ object: pod.object, path: `env ${name}`, name, text: String(value) }],
      ),
      ...[...command, ...args].map((text) => ({ object: pod.object, path: `${container} arguments`, text: String(text) })),
    ]),
  );

const inConfigMaps = (objects: Objects): Text[] =>
  objects
    .of('ConfigMap')
    .flatMap((object) => entriesOf(object.data).map(([name, text]) => ({ object, path: name, name, text: String(text) })));

const problemOf = ({ object, name, text }: Text): string | undefined => {
  // A Secret is where secrets belong; what can be wrong there is a value that everybody can guess.
  if (object.kind === 'Secret') return placeholder.test(text) || urlWithKnownPassword.test(text) ? 'a value out of a guide' : undefined;
  if (urlWithPassword.test(text)) return 'a URL with a password';
  if (placeholder.test(text)) return 'a placeholder';
  return name && secretName.test(name) && !harmless.test(text) ? 'a literal under the name of a secret' : undefined;
};

const inSecrets = (objects: Objects): Text[] =>
  objects.of('Secret').flatMap((object) => {
    const encoded = entriesOf(object.data).map(([name, text]): [string, string] => [name, decoded(String(text))]);
    return [...entriesOf(object.stringData), ...encoded].map(([name, text]) => ({ object, path: name, text: String(text) }));
  });

const ofSecret = {
  allowed: 'a value that nobody can guess, from a secret store',
  fix: 'Make a new one, put it into the store, and let an ExternalSecret fetch it.',
};

const elsewhere = {
  allowed: 'a reference to a key of a Secret',
  fix: 'Refer to the key; in a stack say it under secrets, or as the secret of a dependency.',
};

export const plaintext: Rule = {
  code: 'SECRET-PLAINTEXT',
  title: 'No secret stands in a manifest where anybody reads it',
  why: 'What is committed is public to everybody who can read the repository, for ever.',
  severity: 'error',
  reads: 'objects',
  *check(objects) {
    for (const text of [...inPods(objects), ...inConfigMaps(objects), ...inSecrets(objects)]) {
      const problem = problemOf(text);
      if (!problem) continue;
      yield {
        at: namespaceOf(text.object),
        path: `${objectPath(text.object)} ${text.path}`,
        got: `${problem} (hidden)`,
        ...(text.object.kind === 'Secret' ? ofSecret : elsewhere),
      };
    }
  },
};
