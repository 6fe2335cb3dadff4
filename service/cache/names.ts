/** Behind the prefix of the connection, every key of the cache is `cache:<name>:<key>`. */
export const cachePrefix = 'cache:';

export const cacheNameRule = 'small letters, digits and hyphens, a letter first';

/** No colon, so that no name begins with another's keys, and nothing that a pattern would take for more than itself. */
export const isCacheName = (name: string): boolean => /^[a-z][a-z0-9-]*$/.test(name);
