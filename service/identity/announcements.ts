import type { FastifyBaseLogger } from 'fastify';
import type { Cluster, Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { connectSubscriber } from '../cache/redis';
import type { Config } from '../contract/types';

const announcement = z.union([z.strictObject({ session: z.string() }), z.strictObject({ user: z.string() })]);

/** What every process has to forget at once, whichever of them changed it. */
export type Announcement = z.output<typeof announcement>;

export interface Announcements {
  /** Never rejects: heard here at once, and what Redis does not take is repeated until it does. */
  publish(announcement: Announcement): Promise<void>;
  /** Whether what other processes publish arrives here. */
  readonly complete: boolean;
  close(): Promise<void>;
}

interface Options {
  cache: Config['cache'];
  log: FastifyBaseLogger;
  /** Called for each announcement, own ones included. */
  hear(announcement: Announcement): void;
  /** Called when some may not have arrived. */
  missed(): void;
}

/** Milliseconds. To subscribe again is harmless, and finds out a connection that hangs. */
const betweenSubscriptions = 1_000;

/** Some 1 MB. One more drops the oldest, which others may believe for as long as they keep a principal. */
const mostUnsent = 10_000;

/** Nothing when the text is none of ours: whoever may publish must not be able to end the process. */
const read = (text: string): Announcement | undefined => {
  try {
    return announcement.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** Tells all processes through Redis what this one changed; without Redis, itself alone. */
export const announcements = (redis: Redis | Cluster | null, { cache, log, hear, missed }: Options): Announcements => {
  if (!redis) return { publish: async (changed) => hear(changed), complete: false, close: async () => {} };
  const channel = `${cache.prefix}identity`;
  const subscriber = connectSubscriber(cache);
  const unsent = new LRUCache<string, true>({ max: mostUnsent });
  let complete = false;
  let refusal: string | undefined;

  const send = async (text: string): Promise<void> => {
    try {
      await redis.publish(channel, text);
      unsent.delete(text);
    } catch {
      unsent.set(text, true);
    }
  };
  const subscribe = async (): Promise<void> => {
    try {
      await subscriber.subscribe(channel);
      if (complete) return;
      missed();
      complete = true;
      refusal = undefined;
    } catch (error) {
      const { name, message } = error as Error;
      // Anything else is the connection's, and told elsewhere.
      if (name !== 'ReplyError' || message === refusal) return;
      log.warn({ reason: message }, 'changes of sessions are not heard');
      refusal = message;
    }
  };
  subscriber.on('ready', subscribe);
  subscriber.on('close', () => {
    complete = false;
  });
  subscriber.on('message', (_channel, text) => {
    const changed = read(text);
    if (changed) hear(changed);
    else log.warn('a message about sessions was not understood');
  });
  const renew = async (): Promise<void> => {
    // Not at once when Redis is back: whoever hears it asks the cache, in which the missed writes are to come first.
    if (complete) await Promise.all([...unsent.keys()].map(send));
    await subscribe();
  };
  const renewal = setInterval(renew, betweenSubscriptions).unref();

  return {
    publish: async (changed) => {
      hear(changed);
      await send(JSON.stringify(changed));
    },
    get complete() {
      return complete;
    },
    close: async () => {
      clearInterval(renewal);
      subscriber.disconnect();
    },
  };
};
