/**
 * Values that may be lost at any time; JSON, so that both stores give the same back. Nothing here ever rejects:
 * a store that is away is a miss.
 */
export interface Cache {
  /** @returns undefined for a miss */
  get(key: string): Promise<unknown>;
  /** @param ttl lifetime in seconds. @default - `cache.ttl` */
  set(key: string, value: unknown, ttl?: number): Promise<void>;
  /** Sets only what is not there, so that a slow reader cannot put an old value over a writer's new one. */
  add(key: string, value: unknown, ttl?: number): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
}
