import { matches, selects } from '../../../infra/rules/selectors';

const labels = { app: 'api', tier: 'backend' };

const expression = (key: string, operator: string, ...values: string[]) => ({ matchExpressions: [{ key, operator, values }] });

describe('a label selector', () => {
  test.each([
    ['nothing at all', {}, true],
    ['labels that are there', { matchLabels: { app: 'api' } }, true],
    ['labels of which one is not', { matchLabels: { app: 'api', tier: 'frontend' } }, false],
    ['In with the value', expression('app', 'In', 'web', 'api'), true],
    ['In without the value', expression('app', 'In', 'web'), false],
    ['In of a label that is not there', expression('team', 'In', 'a'), false],
    ['NotIn without the value', expression('app', 'NotIn', 'web'), true],
    ['NotIn with the value', expression('app', 'NotIn', 'api'), false],
    ['NotIn of a label that is not there', expression('team', 'NotIn', 'a'), true],
    ['Exists of a label that is there', expression('tier', 'Exists'), true],
    ['Exists of a label that is not', expression('team', 'Exists'), false],
    ['DoesNotExist of a label that is not there', expression('team', 'DoesNotExist'), true],
    ['DoesNotExist of a label that is', expression('app', 'DoesNotExist'), false],
    ['an operator that Kubernetes does not know', expression('app', 'Is', 'api'), false],
    ['labels and an expression, of which one holds', { matchLabels: { app: 'api' }, ...expression('tier', 'DoesNotExist') }, false],
  ])('that says %s', (_, selector, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  test('of a Service is a map of labels', () => {
    expect(matches({ app: 'api' }, labels)).toBe(true);
    expect(matches({ app: 'api', team: 'a' }, labels)).toBe(false);
    expect(matches(undefined, labels)).toBe(true);
  });
});
