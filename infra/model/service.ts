/** The one door to the service. To deploy an API of your own, point these lines at its contract. */
export { codecOf, entries, entryAt, entryOf, spellings } from '../../service/contract/catalogue';
export { decode, lookUp } from '../../service/contract/decode';
export { type DependencySlotName, type DerivedSpelling, dependencySlots } from '../../service/contract/dependencies';
export { encode } from '../../service/contract/encode';
export {
  configFolder,
  entryPoints,
  type HealthPath,
  healthEndpoints,
  type LivenessPath,
  metricsPath,
  pathsFor,
  type ReadinessPath,
} from '../../service/contract/endpoints';
export { featureProblems } from '../../service/contract/feature-rules';
export { type Feature, featureNames, features } from '../../service/contract/features';
export { type MetricName, metrics } from '../../service/contract/metrics';
export type { AnySetting } from '../../service/contract/setting';
export type { DerivedEnvironment, FileConfiguration, PlainEnvironment, SecretSpelling } from '../../service/contract/types';
