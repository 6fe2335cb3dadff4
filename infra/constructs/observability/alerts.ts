import { containerName, type Deployable, placeOf } from '../../model/deployable';
import type { MetricName } from '../../model/service';

export interface Alert {
  alert: string;
  expr: string;
  severity: 'critical' | 'warning';
  summary: string;
  description: string;
}

/** Every alert holds for this long before it fires. */
export const holds = '5m';

/** Below this many requests per second a ratio says nothing. */
const floor = 0.1;

/** A series of the service, in one namespace and of one job: two systems never add up. */
const series = ({ namespace, names }: Deployable, metric: MetricName, suffix = '', matchers = ''): string =>
  `${metric}${suffix}{namespace="${namespace}",job="${names.service}"${matchers}}`;

const rate = (selector: string, by = 'namespace,job'): string => `sum by (${by}) (rate(${selector}[5m]))`;

/** The alerts of one API. Ratios rather than rates, limits joined per container, and loops that see a back-off. */
export const alertsFor = (deployable: Deployable): Alert[] => {
  const { namespace, names } = deployable;
  const all = rate(series(deployable, 'http_requests_total'));
  const failed = rate(series(deployable, 'http_requests_total', '', ',status_code=~"5.."'));
  const durations = rate(series(deployable, 'http_request_duration_seconds', '_bucket'), 'namespace,job,le');
  const pods = `namespace="${namespace}",container="${containerName(deployable.system)}",pod=~"${names.deployment}-.*"`;
  return [
    {
      alert: 'APIHighErrorRate',
      expr: `${failed} / ${all} > 0.05 and ${all} > ${floor}`,
      severity: 'critical',
      summary: `High error rate of ${placeOf(deployable)}`,
      description: '{{ $value | humanizePercentage }} of the requests fail with a status of 500 or above.',
    },
    {
      alert: 'APIHighLatency',
      expr: `histogram_quantile(0.95, ${durations}) > 1 and on (namespace,job) ${all} > ${floor}`,
      severity: 'warning',
      summary: `High latency of ${placeOf(deployable)}`,
      description: 'One request in twenty takes longer than {{ $value | humanizeDuration }}.',
    },
    {
      alert: 'APIPodCrashLooping',
      expr:
        `max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff",${pods}}[5m]) >= 1` +
        ` or on (namespace,pod,container) increase(kube_pod_container_status_restarts_total{${pods}}[15m]) > 2`,
      severity: 'critical',
      summary: `A pod of ${placeOf(deployable)} crashes again and again`,
      description: 'Pod {{ $labels.pod }} does not stay up.',
    },
    {
      alert: 'APIHighMemoryUsage',
      expr:
        `max by (namespace,pod,container) (container_memory_working_set_bytes{${pods},image!=""})` +
        ` / on (namespace,pod,container) max by (namespace,pod,container) (kube_pod_container_resource_limits{${pods},resource="memory"}) > 0.9`,
      severity: 'warning',
      summary: `A pod of ${placeOf(deployable)} is near its memory limit`,
      description: 'Pod {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its limit.',
    },
  ];
};
