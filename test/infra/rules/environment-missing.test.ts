import { environmentMissing } from '../../../infra/rules/environment-missing';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const without = (...names: string[]) =>
  worldOf([itellicoApi], 'production', (objects) => {
    const container = containerOf(find(objects, 'Deployment', 'api'));
    container.env = container.env.filter(({ name }) => !names.includes(name));
    return objects;
  });

describe('ENV-MISSING', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(environmentMissing, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a variable that a feature needs', () => {
    expect(findingsOf(environmentMissing, without('JWT_REFRESH_SECRET'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'Deployment/api env',
        got: 'none of JWT_REFRESH_SECRET, REFRESH_TOKEN_SECRET',
        allowed: 'one of them: Key that signs refresh tokens (HS256); needed by the feature auth.local',
        fix: 'Set JWT_REFRESH_SECRET in the stack, under secrets.',
      },
    ]);
  });

  test('finds that a hard dependency is said by no whole set of variables', () => {
    const [finding] = findingsOf(environmentMissing, without('DATABASE_URL'));
    expect(finding).toMatchObject({
      got: 'no whole set of variables for database',
      allowed: 'DATABASE_URL, or DB_HOST + DB_PORT + DB_NAME + DB_USERNAME + DB_PASSWORD + DB_SSLMODE',
    });
  });

  test('finds it in the migration, too', () => {
    const world = worldOf([restApi], 'production', (objects) => {
      const job = objects.find(({ kind }) => kind === 'Job');
      if (job) containerOf(job).env = containerOf(job).env.filter(({ name }) => name !== 'DB_PASSWORD');
      return objects;
    });
    expect(findingsOf(environmentMissing, world)).toMatchObject([
      { path: expect.stringMatching(/^Job\/api-migrate-[0-9a-f]{8}-0-1-0 env$/) },
    ]);
  });

  test('does not ask for what no feature needs, nor for soft dependencies', () => {
    expect(findingsOf(environmentMissing, without('REDIS_URL', 'STRIPE_SECRET_KEY', 'RABBITMQ_URL'))).toEqual([]);
  });
});
