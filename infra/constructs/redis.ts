import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { OwnRedis, Redis as RedisProps } from '../model/dependency';
import type { Deployable } from '../model/deployable';
import { ports } from '../model/facets';
import { serverSecretName } from '../model/secret-content';
import { keepAlways, metadata } from './metadata';
import { fromSecret, ownServer } from './own-server';
import { writableFolders } from './pod';
import { type RedisSlot, redisArguments, redisUser } from './redis-arguments';

const ping: k8s.Probe = { exec: { command: ['redis-cli', 'ping'] }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 };

/** One Redis beside the API. Without a volume it keeps nothing over a restart. */
export class Redis extends Construct {
  constructor(scope: Construct, id: RedisSlot, deployable: Deployable, { location }: RedisProps & { location: OwnRedis }) {
    super(scope, id);
    const secret = serverSecretName(location.app);
    const { mounts, volumes } = location.storage
      ? this.claimed(deployable, location.app, location.storage)
      : writableFolders({ '/data': '64Mi' });
    ownServer(this, {
      deployable,
      server: location,
      component: 'redis',
      port: ports.redis,
      user: redisUser,
      container: {
        args: redisArguments(location, id),
        env: [
          fromSecret('REDIS_PASSWORD', secret, 'password'),
          // Read by redis-cli, in the readiness probe.
          fromSecret('REDISCLI_AUTH', secret, 'password'),
        ],
        livenessProbe: { tcpSocket: { port: k8s.IntOrString.fromString('redis') }, periodSeconds: 10, failureThreshold: 6 },
        readinessProbe: ping,
        volumeMounts: mounts,
      },
      volumes,
    });
  }

  private claimed(deployable: Deployable, app: string, storage: string): { volumes: k8s.Volume[]; mounts: k8s.VolumeMount[] } {
    const claim = `${app}-data`;
    new k8s.KubePersistentVolumeClaim(this, 'claim', {
      metadata: { ...metadata(deployable, claim, 'redis', { app }), annotations: keepAlways },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString(storage) } } },
    });
    return {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
      mounts: [{ name: 'data', mountPath: '/data' }],
    };
  }
}
