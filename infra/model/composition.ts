/** A password by its name in the secret store; escaped where it stands within a URL. */
export interface Password {
  readonly password: string;
  readonly escaped: boolean;
}

/** A secret value as it is put together: our own text around passwords that nobody here knows. */
export type Composition = readonly (string | Password)[];

export const password = (name: string): Password => ({ password: name, escaped: false });

export const escapedPassword = (name: string): Password => ({ password: name, escaped: true });

/** The names of all passwords in it. */
export const passwordsOf = (composition: Composition): string[] =>
  composition.flatMap((part) => (typeof part === 'string' ? [] : [part.password]));

/** The value itself, where passwords are known. */
export const compose = (composition: Composition, known: (name: string) => string): string =>
  composition
    .map((part) => {
      if (typeof part === 'string') return part;
      return part.escaped ? encodeURIComponent(known(part.password)) : known(part.password);
    })
    .join('');
