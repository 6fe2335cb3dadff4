import type { AlertCase, Series } from './promtool';

const own = 'namespace="itellico-mono",job="api",pod="api-1"';
const container = 'namespace="itellico-mono",container="api",pod="api-1"';
const service = { namespace: 'itellico-mono', job: 'api' };

/** Requests of each half minute. */
const requests = (status: number, perHalfMinute: number): Series => ({
  series: `http_requests_total{${own},status_code="${status}"}`,
  values: `0+${perHalfMinute}x60`,
});

/** Ten requests a second, of which so many in a hundred take at most 1 s and the others at most 2.5 s. */
const durations = (percent: number): Series[] => [
  requests(200, 300),
  { series: `http_request_duration_seconds_bucket{${own},le="1"}`, values: `0+${3 * percent}x60` },
  ...['2.5', '+Inf'].map((le) => ({ series: `http_request_duration_seconds_bucket{${own},le="${le}"}`, values: '0+300x60' })),
];

const memory = (bytes: number, more = ''): Series => ({
  series: `container_memory_working_set_bytes{${container},image="registry/api"${more}}`,
  values: `${bytes}x60`,
});

const limit: Series = { series: `kube_pod_container_resource_limits{${container},resource="memory"}`, values: '1000x60' };

const restarts = (values: string): Series => ({ series: `kube_pod_container_status_restarts_total{${container}}`, values });

const waiting = (values: string): Series => ({
  series: `kube_pod_container_status_waiting_reason{${container},reason="CrashLoopBackOff"}`,
  values,
});

const tenth = { labels: service, description: '10% of the requests fail with a status of 500 or above.' };

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'APIHighErrorRate',
    title: 'one request in ten fails',
    series: [requests(200, 270), requests(500, 30)],
    after: '10m',
    fires: tenth,
  },
  {
    alert: 'APIHighErrorRate',
    title: 'one in ten fails, but not yet for 5 minutes',
    series: [requests(200, 270), requests(500, 30)],
    after: '5m',
  },
  { alert: 'APIHighErrorRate', title: 'one request in twenty-five fails', series: [requests(200, 288), requests(500, 12)], after: '20m' },
  { alert: 'APIHighErrorRate', title: 'the only request of half a minute fails', series: [requests(500, 1)], after: '20m' },
  {
    alert: 'APIHighErrorRate',
    title: 'another system of the same namespace fails',
    series: [
      requests(200, 300),
      { series: 'http_requests_total{namespace="itellico-mono",job="other",status_code="500"}', values: '0+300x60' },
    ],
    after: '20m',
  },
  {
    alert: 'APIHighLatency',
    title: 'one request in ten takes up to 2.5 s',
    series: durations(90),
    after: '10m',
    fires: { labels: service, description: 'One request in twenty takes longer than 1.75s.' },
  },
  { alert: 'APIHighLatency', title: 'four in a hundred take up to 2.5 s', series: durations(96), after: '20m' },
  {
    alert: 'APIPodCrashLooping',
    title: 'a pod waits five minutes out of six to be started again',
    series: [waiting('1x9 0x1 1x9 0x1 1x9 0x1 1x9 0x1'), restarts('0x11 1x11 2x11 3x11')],
    after: '18m',
    fires: {
      labels: { namespace: 'itellico-mono', container: 'api', pod: 'api-1', reason: 'CrashLoopBackOff' },
      description: 'Pod api-1 does not stay up.',
    },
  },
  {
    alert: 'APIPodCrashLooping',
    title: 'a pod restarts every minute without any back-off seen',
    series: [restarts('0+0.5x60')],
    after: '20m',
    fires: { labels: { namespace: 'itellico-mono', container: 'api', pod: 'api-1' }, description: 'Pod api-1 does not stay up.' },
  },
  {
    alert: 'APIPodCrashLooping',
    title: 'a pod restarts every five minutes without any back-off seen',
    series: [restarts('0x9 1x9 2x9 3x9 4x9 5x9')],
    after: '25m',
    fires: { labels: { namespace: 'itellico-mono', container: 'api', pod: 'api-1' }, description: 'Pod api-1 does not stay up.' },
  },
  { alert: 'APIPodCrashLooping', title: 'a pod restarted once', series: [waiting('0x60'), restarts('0x10 1x49')], after: '15m' },
  {
    alert: 'APIHighMemoryUsage',
    title: 'a container holds 95 % of its limit',
    series: [memory(950), limit],
    after: '10m',
    fires: { labels: { namespace: 'itellico-mono', container: 'api', pod: 'api-1' }, description: 'Pod api-1 uses 95% of its limit.' },
  },
  {
    alert: 'APIHighMemoryUsage',
    title: 'a container holds 46 %, and series that are not of an image stand beside it',
    series: [
      memory(460),
      { series: `container_memory_working_set_bytes{${container},image=""}`, values: '950x60' },
      { series: 'container_memory_working_set_bytes{namespace="itellico-mono",pod="api-1"}', values: '470x60' },
      limit,
    ],
    after: '20m',
  },
];
