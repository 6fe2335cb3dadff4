import { drainSeconds, gracePeriodSeconds, lifecycle, shutdownTimeoutSeconds } from '../../../infra/model/lifecycle';
import { itellicoApi } from '../../../infra/stacks/itellico-api';
import { database } from '../../../service/contract/settings/stores';
import { containerOf, ownerOf, specOf, variablesOf } from '../support/pods';
import { at, named, synthesized } from '../support/synthesized';

const objects = synthesized('production', 'itellico-api');
const { readiness } = itellicoApi.base.workloads.api.probes;
const [drain, grace, timeout] = [drainSeconds(readiness), gracePeriodSeconds(readiness), shutdownTimeoutSeconds(readiness)];
const variables = variablesOf(containerOf(objects, 'Deployment/api'));

test('the grace period holds sleep, drain and the longest request, with a margin', () => {
  expect(grace).toBe(45);
  expect(grace).toBeGreaterThan(lifecycle.preStop + drain + lifecycle.request);
  expect(specOf(ownerOf(objects, 'Deployment/api')).terminationGracePeriodSeconds).toBe(grace);
});

test('the drain outlasts the probes that have to fail before every router stops sending', () => {
  expect(drain).toBe(20);
  expect(drain).toBeGreaterThan(readiness.periodSeconds * readiness.failureThreshold);
});

test('the service ends itself before the kernel does, and after the longest request', () => {
  expect(lifecycle.preStop + timeout).toBeLessThan(grace);
  expect(timeout).toBeGreaterThan(drain + lifecycle.request);
});

test('the service is told both times in milliseconds', () => {
  expect(variables).toMatchObject({
    SHUTDOWN_DRAIN_MS: String(drain * 1_000),
    SHUTDOWN_TIMEOUT_MS: String(timeout * 1_000),
  });
});

test('rest-api is told the same by its ConfigMap', () => {
  const data = at(named(synthesized('production', 'rest-api'), 'ConfigMap', 'api-config'), 'data');
  expect(data).toMatchObject({ SHUTDOWN_DRAIN_MS: '20000', SHUTDOWN_TIMEOUT_MS: '38000' });
});

test('the longest request is as long as the statement time-out that the service falls back to', () => {
  expect(lifecycle.request * 1_000).toBe(database.statementTimeout.default);
});
