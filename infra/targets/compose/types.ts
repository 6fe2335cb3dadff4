interface HealthCheck {
  test: readonly ['CMD', ...string[]];
  interval: string;
  timeout: string;
  retries: number;
  /** Failures within it do not count; asked at every start_interval meanwhile. */
  start_period: string;
  start_interval: string;
}

/** As much of a service of the Compose specification as is used here. */
export interface Service {
  image?: string;
  build?: { context: string; dockerfile: string; target: string };
  user?: string;
  entrypoint?: readonly string[];
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  ports?: readonly string[];
  volumes?: readonly string[];
  networks: Readonly<Record<string, { ipv4_address?: string }>>;
  depends_on?: Readonly<Record<string, { condition: 'service_healthy' | 'service_completed_successfully' }>>;
  healthcheck?: HealthCheck;
  mem_limit: string;
  cpus?: number;
  read_only: true;
  tmpfs?: readonly string[];
  cap_drop: readonly ['ALL'];
  cap_add?: readonly string[];
  security_opt: readonly ['no-new-privileges:true'];
  restart: 'unless-stopped' | 'no';
  stop_signal?: string;
  stop_grace_period?: string;
}

export interface ComposeFile {
  name: string;
  services: Readonly<Record<string, Service>>;
  networks: Readonly<Record<string, { ipam?: { config: readonly { subnet: string; ip_range: string }[] } }>>;
  volumes: Readonly<Record<string, Record<string, never>>>;
}
