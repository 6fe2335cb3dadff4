import type { Cluster, Redis } from 'ioredis';
import { connectRedis } from '../../../service/cache/redis';
import { configOf, type Environment } from './app';

/** A connection that is ready, as the service makes it. Whoever asks for it disconnects it. */
export const readyRedis = (environment: Environment): Promise<Redis | Cluster> =>
  new Promise((resolve) => {
    const redis = connectRedis(configOf(environment).cache, { up: () => resolve(redis), down: () => {} });
  });

/** A promise that a test resolves when it wants to. */
export const controlled = <T>() => {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    [resolve, reject] = [onValue, onError];
  });
  return { promise, resolve: (value: T) => resolve(value), reject: (error: Error) => reject(error) };
};
