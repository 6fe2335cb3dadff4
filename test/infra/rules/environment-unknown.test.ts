import { environmentUnknown } from '../../../infra/rules/environment-unknown';
import { itellicoApi, restApi, stacks } from '../support/stacks';
import { containerOf, find, findingsOf, worldOf } from '../support/world';

const withVariable = (name: string, value: string) =>
  worldOf([itellicoApi], 'production', (objects) => {
    const { env } = containerOf(find(objects, 'Deployment', 'api'));
    env.splice(0, env.length, ...env.filter((variable) => variable.name !== name), { name, value });
    return objects;
  });

describe('ENV-UNKNOWN', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(environmentUnknown, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds a variable that the service does not read', () => {
    expect(findingsOf(environmentUnknown, withVariable('CORS_ORIGNS', 'https://a.example'))).toMatchObject([
      { at: 'production.itellico-api', path: 'Deployment/api env CORS_ORIGNS', got: 'a name that the service does not read' },
    ]);
  });

  test('finds a value that the service would refuse', () => {
    expect(findingsOf(environmentUnknown, withVariable('METRICS_PORT', '90910'))).toMatchObject([
      { path: 'Deployment/api env METRICS_PORT', got: '"90910"', fix: 'Give a value for: Port of the metrics.' },
    ]);
  });

  test('reads a value through its ConfigMap', () => {
    const world = worldOf([restApi], 'production', (objects) => {
      (find(objects, 'ConfigMap', 'api-config').data as Record<string, string>).JWT_EXPIRES_IN = 'a while';
      return objects;
    });
    expect(findingsOf(environmentUnknown, world)).toMatchObject([
      { path: 'Deployment/api-deployment env JWT_EXPIRES_IN', got: '"a while"' },
    ]);
  });

  test('never shows the value of a secret', () => {
    expect(JSON.stringify(findingsOf(environmentUnknown, withVariable('JWT_SECRET', 'too-short')))).not.toContain('too-short');
  });
});
