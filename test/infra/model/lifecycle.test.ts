import { gracePeriodSeconds, lifecycle, shutdownTimeoutSeconds } from '../../../infra/model/lifecycle';
import { database } from '../../../service/contract/settings/stores';
import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const objects = synthesized('production', 'itellico-api');
const variables = variablesOf(containerOf(objects, 'Deployment/api'));

test('the grace period holds sleep, drain and the longest request, with a margin', () => {
  expect(gracePeriodSeconds).toBe(30);
  expect(gracePeriodSeconds).toBeGreaterThan(lifecycle.preStop + lifecycle.drain + lifecycle.request);
  expect(specOf(ownerOf(objects, 'Deployment/api')).terminationGracePeriodSeconds).toBe(gracePeriodSeconds);
});

test('the service ends itself before the kernel does, and after the longest request', () => {
  expect(lifecycle.preStop + shutdownTimeoutSeconds).toBeLessThan(gracePeriodSeconds);
  expect(shutdownTimeoutSeconds).toBeGreaterThan(lifecycle.drain + lifecycle.request);
});

test('the service is told both times in milliseconds', () => {
  expect(variables).toMatchObject({
    SHUTDOWN_DRAIN_MS: String(lifecycle.drain * 1_000),
    SHUTDOWN_TIMEOUT_MS: String(shutdownTimeoutSeconds * 1_000),
  });
});

test('rest-api is told the same by its ConfigMap', () => {
  const data = at(named(synthesized('production', 'rest-api'), 'ConfigMap', 'api-config'), 'data');
  expect(data).toMatchObject({ SHUTDOWN_DRAIN_MS: '5000', SHUTDOWN_TIMEOUT_MS: '23000' });
});

test('the longest request is as long as the statement time-out that the service falls back to', () => {
  expect(lifecycle.request * 1_000).toBe(database.statementTimeout.default);
});
