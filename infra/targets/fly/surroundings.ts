import type { Deployable } from '../../model/deployable';
import { publicHost } from '../../model/entrance';
import type { DerivedEnvironment } from '../../model/service';

/**
 * Who stands before the app and adds to X-Forwarded-For: the proxy on the machine's host, from a private address, and before it
 * the app's own public address, which Fly puts last. A shared IPv4 is of the first range, the IPv6 of every app of the second;
 * for a dedicated IPv4, see `fly ips list`, add it here.
 */
const proxies = ['172.16.0.0/12', '66.241.124.0/23', '2a09:8280:1::/48'];

/** Longer than the minute for which the proxy keeps an idle connection, else it sends into a closing socket. */
const keepAlive = 72_000;

/** What follows from Fly's proxy: it ends TLS and knows nothing of CORS. */
export const differences = (deployable: Deployable, app: string): DerivedEnvironment => ({
  TRUST_PROXY: proxies,
  KEEP_ALIVE_TIMEOUT_MS: keepAlive,
  CORS_OWNER: 'service',
  SWAGGER_HOST: publicHost(deployable) ?? `${app}.fly.dev`,
});
