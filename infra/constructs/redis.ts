import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OwnServer, Redis as RedisProps } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ports } from '../model/facets';
import { serverSecretName } from '../model/secret-content';
import { mebibytes } from '../model/units';
import { fromSecret, ownServer } from './own-server';
import { writableFolders } from './pod';

/** The user `redis` of the Debian image. */
const redisUser = 999;

/** Memory for values as a share of the limit; the rest is for clients, copies and the allocator. */
const valueShare = 0.75;

const ping: k8s.Probe = { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 };

/** One Redis beside the API, for a cache: it forgets the least used, and keeps nothing over a restart. */
export class Redis extends Construct {
  constructor(scope: Construct, id: string, deployable: Deployable, { location }: RedisProps & { location: OwnServer }) {
    super(scope, id);
    const secret = serverSecretName(location.app);
    const writable = writableFolders({ '/data': '64Mi' });
    ownServer(this, {
      deployable,
      server: location,
      component: 'redis',
      port: ports.redis,
      user: redisUser,
      container: {
        args: [
          'redis-server',
          '--requirepass',
          '$(REDIS_PASSWORD)',
          '--maxmemory',
          `${Math.floor(mebibytes(location.resources.limits.memory) * valueShare)}mb`,
          '--maxmemory-policy',
          'allkeys-lru',
          '--save',
          '',
        ],
        env: [
          fromSecret('REDIS_PASSWORD', secret, 'password'),
          // Read by redis-cli, in the readiness probe.
          fromSecret('REDISCLI_AUTH', secret, 'password'),
        ],
        livenessProbe: { tcpSocket: { port: k8s.IntOrString.fromString('redis') }, periodSeconds: 10, failureThreshold: 6 },
        readinessProbe: ping,
        volumeMounts: writable.mounts,
      },
      volumes: writable.volumes,
    });
  }
}
