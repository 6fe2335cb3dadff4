/** One thing wrong, told so that the engineer can mend it. */
export interface Finding {
  /** Which system of which environment: `production.rest-api`. */
  at: string;
  /** Where in it: a path in the stack, or an object and a field. */
  path: string;
  got: string;
  allowed: string;
  fix: string;
}

/** One finding as a few lines of text. */
export const describe = ({ at, path, got, allowed, fix }: Finding, code?: string): string =>
  [`${code ? `[${code}] ` : ''}${at}.${path}`, `  got:     ${got}`, `  allowed: ${allowed}`, `  fix:     ${fix}`].join('\n');
