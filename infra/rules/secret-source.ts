import { objectPath, placeOfObject, type Rule, systemOf } from './rule';

export const secretSource: Rule = {
  code: 'SECRET-SOURCE',
  title: 'Values of secrets come from a store, except on throw-away clusters',
  why: 'A Secret with its values in it is as public as the repository, and nobody can rotate it.',
  severity: 'error',
  reads: 'world',
  *check(world) {
    for (const secret of world.objects.of('Secret')) {
      if (systemOf(world, secret)?.environment.plainSecrets !== false) continue;
      yield {
        at: placeOfObject(world, secret),
        path: objectPath(secret),
        got: 'a Secret with its values (hidden)',
        allowed: 'ExternalSecret, wherever the environment does not say plainSecrets',
        fix: 'Put the value into the secret store and refer to it.',
      };
    }
  },
};
