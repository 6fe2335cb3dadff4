import type { AnySetting, Kind, Setting } from './setting';
import type { settings } from './settings';

type Leaves<T> = T extends AnySetting ? T : { [K in keyof T]: Leaves<T[K]> }[keyof T];
type BySpelling<S, K extends Kind> = S extends Setting<infer T, infer Name, K, boolean> ? { [N in Name]?: T } : never;
type Intersection<U> = (U extends unknown ? (member: U) => void : never) extends (all: infer I) => void ? I : never;
type OfKind<K extends Kind> = Intersection<BySpelling<Leaves<typeof settings>, K>>;

/** Spelling to value, for all that a stack says itself. Mapped in place, so that the compiler's errors print this name. */
export type PlainEnvironment = { [Name in keyof OfKind<'plain'>]: OfKind<'plain'>[Name] };

/** Spelling to value, for all that infra computes. */
export interface DerivedEnvironment extends OfKind<'derived'> {}

/** Spellings of passwords and keys. */
export type SecretSpelling = keyof OfKind<'secret'>;

type Decoded<T> =
  T extends Setting<infer V, string, Kind, infer Given>
    ? Given extends true
      ? V
      : V | undefined
    : { readonly [K in keyof T]: Decoded<T[K]> };

/** What the service knows after it has read environment and file. */
export type Config = Decoded<typeof settings>;

type Plain<T> =
  T extends Setting<infer V, string, 'plain', boolean>
    ? V
    : T extends AnySetting
      ? never
      : { [K in keyof T as Plain<T[K]> extends never ? never : K]?: Plain<T[K]> };

/** The mounted configuration file: the same tree as the settings, without secrets. */
export interface FileConfiguration extends Plain<typeof settings> {}
