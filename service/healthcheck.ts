import { pathsFor } from './contract/endpoints';
import { server } from './contract/settings/server';

// For container runtimes without probes of their own; the image has no curl.
if (require.main === module) {
  fetch(`http://127.0.0.1:${process.env.PORT ?? server.port.default}${pathsFor('liveness')[0]}`, { signal: AbortSignal.timeout(2_500) })
    .then(({ ok }) => ok)
    .catch(() => false)
    .then((healthy) => process.exit(healthy ? 0 : 1));
}
