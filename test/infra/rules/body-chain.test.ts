import { bodyChain } from '../../../infra/rules/body-chain';
import { edgeKinds, entrance } from '../support/exposures';
import { changed, changedProduction, itellicoApi, stacks } from '../support/stacks';
import { findingsOf, worldOf } from '../support/world';

const production = (change: object) => worldOf([changedProduction(itellicoApi, change as Record<string, unknown>)]);

const { exposure } = itellicoApi.base.workloads.api;

const edge = (body: string, more: object = {}) => production({ workloads: { api: { exposure: { ...exposure, body } } }, ...more });

describe('BODY-CHAIN', () => {
  test.each(['development', 'staging', 'production'] as const)('has nothing to say of %s', (environment) => {
    expect(findingsOf(bodyChain, worldOf(stacks, environment))).toEqual([]);
  });

  test('finds an edge of 10 MiB before uploads of 50 MiB', () => {
    expect(findingsOf(bodyChain, edge('10Mi'))).toEqual([
      {
        at: 'production.itellico-api',
        path: 'workloads.api.exposure.body',
        got: '10Mi (10485760 bytes)',
        allowed: '52494336 bytes or more: JSON bodies of 10485760, uploads of 52494336 with what multipart adds',
        fix: 'Raise it to 51Mi, or lower the limits of the service.',
      },
    ]);
  });

  test('finds an edge that takes the file, but not what multipart adds', () => {
    expect(findingsOf(bodyChain, edge('50Mi'))).toMatchObject([{ got: '50Mi (52428800 bytes)' }]);
    expect(findingsOf(bodyChain, edge('51Mi'))).toEqual([]);
  });

  test('finds JSON bodies that are larger than every upload', () => {
    const file = { server: { bodyLimit: 104_857_600 } };
    expect(findingsOf(bodyChain, production({ file }))).toMatchObject([{ fix: 'Raise it to 100Mi, or lower the limits of the service.' }]);
  });

  test('asks the variable before the file, as the service does', () => {
    expect(findingsOf(bodyChain, edge('10Mi', { config: { MAX_FILE_SIZE: 1_048_576 } }))).toEqual([]);
    expect(findingsOf(bodyChain, production({ config: { MAX_FILE_SIZE: 1_073_741_824 } }))).toMatchObject([
      { fix: 'Raise it to 1025Mi, or lower the limits of the service.' },
    ]);
  });

  test('asks the default where nothing is said', () => {
    const silent = changed(itellicoApi, { file: undefined });
    expect(findingsOf(bodyChain, worldOf([silent]))).toEqual([]);
    const narrow = changed(itellicoApi, { file: undefined, workloads: { api: { exposure: { ...exposure, body: '1Mi' } } } });
    expect(findingsOf(bodyChain, worldOf([narrow]))).toHaveLength(1);
  });

  test.each(edgeKinds)('asks the same of an edge of kind %s', (kind) => {
    const narrow = (body: string) => findingsOf(bodyChain, production({ workloads: { api: { exposure: { ...entrance, kind, body } } } }));
    expect(narrow('10Mi')).toMatchObject([{ got: '10Mi (10485760 bytes)' }]);
    expect(narrow('51Mi')).toEqual([]);
  });

  test('asks nothing where no edge leads in', () => {
    expect(findingsOf(bodyChain, production({ workloads: { api: { exposure: { kind: 'none' } } } }))).toEqual([]);
  });
});
