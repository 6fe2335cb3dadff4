import type { Codec } from './codecs';
import type { Feature } from './features';

interface Declaration<T, Name extends string> {
  /** What the value means and its unit, for the reference table and for error texts. */
  about: string;
  /** Every name under which an environment may give the value, each with its own text form. */
  spellings: { readonly [N in Name]: Codec<T> };
  /** What needs the value: it may then not be missing. @default - nothing does */
  required?: 'always' | Feature;
  /** The value when neither environment nor file gives one. @default - none: the value is undefined */
  default?: NoInfer<T>;
}

/**
 * Who says the value: `plain` a stack does, `secret` a Kubernetes Secret does, `derived` infra computes it from ports,
 * features or dependencies, so that no stack can contradict them.
 */
export type Kind = 'plain' | 'secret' | 'derived';

/** One meaning, one type, several spellings: the five systems name the same thing differently. */
export interface Setting<T, Name extends string, K extends Kind, Given extends boolean> extends Readonly<Declaration<T, Name>> {
  readonly kind: K;
  /** Never printed, never in a file. */
  readonly sensitive: boolean;
  /** Type only: whether the service always has a value. */
  readonly given?: Given;
}

type WithValue<T, Name extends string> = Declaration<T, Name> & ({ default: NoInfer<T> } | { required: 'always' });

export function plain<T, const Name extends string>(declaration: WithValue<T, Name>): Setting<T, Name, 'plain', true>;
export function plain<T, const Name extends string>(declaration: Declaration<T, Name>): Setting<T, Name, 'plain', false>;
export function plain<T, const Name extends string>(declaration: Declaration<T, Name>): Setting<T, Name, 'plain', boolean> {
  return { ...declaration, kind: 'plain', sensitive: false };
}

export const secret = <T, const Name extends string>(declaration: Declaration<T, Name>): Setting<T, Name, 'secret', false> => ({
  ...declaration,
  kind: 'secret',
  sensitive: true,
});

export function derived<T, const Name extends string>(declaration: WithValue<T, Name>): Setting<T, Name, 'derived', true>;
export function derived<T, const Name extends string>(declaration: Declaration<T, Name>): Setting<T, Name, 'derived', false>;
export function derived<T, const Name extends string>(declaration: Declaration<T, Name>): Setting<T, Name, 'derived', boolean> {
  return { ...declaration, kind: 'derived', sensitive: false };
}

/** Connection URLs and passwords, composed from a dependency. */
export const derivedSecret = <T, const Name extends string>(declaration: Declaration<T, Name>): Setting<T, Name, 'derived', false> => ({
  ...declaration,
  kind: 'derived',
  sensitive: true,
});

export type AnySetting = Setting<unknown, string, Kind, boolean>;
