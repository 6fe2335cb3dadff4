import type { Permission } from '../contract/permissions';
import type { Provider } from './tokens/verified-token';

/** Who asks, for whom, and what they may do. It is the scope of every statement of the request, too. */
export interface Principal {
  readonly provider: Provider;
  /** As the identity provider writes it; our own user id for accounts of the service. */
  readonly subject: string;
  /** UUID of the row in `users`. */
  readonly userId: string;
  /** UUID of the row in `organizations`; row-level security shows nothing of others. */
  readonly organizationId: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Role within the organization; the provider's word where it is none of ours. */
  readonly role?: string;
  /** What a logout ends: only accounts of the service have sessions here. */
  readonly sessionId?: string;
}
