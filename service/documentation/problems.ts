import type { Access } from '../contract/permissions';
import { isPermission } from '../contract/permissions';
import { idempotencyHeader } from '../schemas';

/** Codes by status. */
export type Problems = Readonly<Record<number, readonly string[]>>;

/** What of a route decides how a request may be refused. */
interface Asking {
  method: string;
  access: Access;
  /** By the global limit. */
  limited: boolean;
  params: boolean;
  query: boolean;
  /** In lower case. */
  headers: readonly string[];
}

interface Refusal {
  status: number;
  codes: readonly string[];
  when(route: Asking): boolean;
}

const mayHaveBody = ({ method }: Asking): boolean => method !== 'GET';
const hasKey = ({ headers }: Asking): boolean => headers.includes(idempotencyHeader);

/** What the plugins answer for every route, so that none has to list it. */
const refusals: readonly Refusal[] = [
  {
    status: 400,
    codes: ['malformed_json', 'malformed_url', 'validation_failed'],
    when: (route) => mayHaveBody(route) || route.params || route.query || route.headers.length > 0,
  },
  { status: 401, codes: ['unauthorized'], when: ({ access }) => access !== 'public' },
  { status: 403, codes: ['forbidden'], when: ({ access }) => isPermission(access) },
  { status: 404, codes: ['not_found'], when: ({ params }) => params },
  { status: 409, codes: ['request_in_flight'], when: hasKey },
  { status: 412, codes: ['changed_meanwhile'], when: ({ headers }) => headers.includes('if-match') },
  // Also where none is wanted: a body that comes is read before the route is asked.
  { status: 413, codes: ['body_too_large'], when: mayHaveBody },
  { status: 415, codes: ['unsupported_media_type'], when: mayHaveBody },
  { status: 422, codes: ['idempotency_key_reused'], when: hasKey },
  { status: 429, codes: ['rate_limited'], when: ({ limited }) => limited },
  { status: 500, codes: ['internal_error'], when: () => true },
  { status: 503, codes: ['database_unavailable', 'identity_provider_unavailable', 'too_busy'], when: () => true },
];

/** All that the plugins answer. */
export const commonProblems: Problems = Object.fromEntries(refusals.map(({ status, codes }) => [status, codes]));

/** @param own what the route itself throws */
export const problemsOf = (route: Asking, own: Problems = {}): Problems => {
  const common = refusals.filter(({ when }) => when(route)).map(({ status, codes }): [number, readonly string[]] => [status, codes]);
  const merged = new Map(common);
  for (const [name, codes] of Object.entries(own)) merged.set(Number(name), [...(merged.get(Number(name)) ?? []), ...codes]);
  return Object.fromEntries(merged);
};
