import { HttpProblem, notFound } from './problem';

/** Strong, since `If-Match` never matches a weak one (RFC 9110, 13.1.1): a version has one representation. */
export const entityTag = (version: number): string => `"${version}"`;

const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** Whether the caller already has this version. Compared weakly: a proxy that compresses makes a tag weak. */
export const isFresh = (ifNoneMatch: string | undefined, version: number): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || tags(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === entityTag(version)));

/** Versions that may be changed; undefined allows any. A weak tag names none. */
export const versionsOf = (ifMatch: string | undefined): number[] | undefined =>
  ifMatch === undefined || ifMatch.trim() === '*'
    ? undefined
    : tags(ifMatch).flatMap((tag) => {
        const version = /^"([1-9]\d{0,8})"$/.exec(tag)?.[1];
        return version ? [Number(version)] : [];
      });

const changedMeanwhile = (): HttpProblem =>
  new HttpProblem({
    code: 'changed_meanwhile',
    status: 412,
    detail: 'Somebody changed it since. Read it again, and send its new ETag in If-Match.',
  });

/** For the `where` of a change. */
export const ofVersion = (versions: readonly number[] | undefined) => (versions ? { version: { in: [...versions] } } : {});

/** Why a change found no row: another version is there, or nothing of the caller's scope, which tells of no other. */
export const missed = (noun: string, count: number): HttpProblem => (count > 0 ? changedMeanwhile() : notFound(noun));
