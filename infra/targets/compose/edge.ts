import { confined, writable } from './container';
import { front, published } from './surroundings';
import type { Service } from './types';

/** Where nginx listens, unprivileged, and where its certificate lies. */
export const edgePorts = { http: 8080, https: 8443 } as const;
export const certificate = { folder: '/certificates', crt: '/certificates/localhost.crt', key: '/certificates/localhost.key' } as const;

/** The user `nginx` of the official image. */
const nginxUser = '101:101';

/** Makes a certificate of this machine's own unless there is one that is good for another week. */
export const certificateScript = `umask 077
openssl x509 -in ${certificate.crt} -noout -checkend 604800 2>/dev/null && exit 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=localhost \\
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${certificate.key} -out ${certificate.crt} &&
chown ${nginxUser} ${certificate.key} ${certificate.crt}
`;

/** @param image one that has openssl: that of PostgreSQL does, and is there already */
export const certificateMaker = (image: string): Service => ({
  image,
  entrypoint: ['sh', '-c', certificateScript],
  // A new volume belongs to root.
  user: '0:0',
  volumes: [`certificates:${certificate.folder}`],
  networks: { front: {} },
  mem_limit: '64m',
  ...confined,
  cap_add: ['CHOWN', 'DAC_OVERRIDE'],
  restart: 'no',
});

/** TLS before the API, as in a cluster. */
export const nginx: Service = {
  image: 'nginx:1.30.4',
  user: nginxUser,
  // Not the scripts of the image: they change its configuration, which is ours and read-only.
  entrypoint: ['nginx', '-g', 'daemon off;'],
  ports: [published(80, edgePorts.http), published(443, edgePorts.https)],
  volumes: ['./compose/nginx.conf:/etc/nginx/nginx.conf:ro', `certificates:${certificate.folder}:ro`],
  networks: { front: { ipv4_address: front.edge } },
  depends_on: { certificate: { condition: 'service_completed_successfully' }, api: { condition: 'service_healthy' } },
  mem_limit: '128m',
  ...confined,
  // Bodies are buffered here before they are passed on.
  tmpfs: [writable('/tmp', 128)],
  restart: 'unless-stopped',
  stop_signal: 'SIGQUIT',
};
