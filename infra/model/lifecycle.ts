import type { Probe } from './system';

/**
 * The end of a pod, in seconds. With its deletion the pod is taken out of its Services, and routers learn of it later; some
 * (Traefik among them) go on sending until it is no longer *serving*, which only a failed readiness probe tells them. So the
 * pod first sleeps, then drains: not ready, still answering, each answer with `Connection: close`, for as long as probes
 * take to fail and the news to spread. Then it ends what runs.
 */
export const lifecycle = {
  /** Until endpoints have reached every node. */
  preStop: 5,
  /** From a failed probe to the last router that hears of it. Measured: up to 2 s at Traefik, which gathers changes. */
  propagation: 5,
  /** The longest request: the statement time-out of the database. */
  request: 15,
  margin: 5,
} as const;

/** Until a probe that began to fail has failed often enough. */
const noticed = ({ periodSeconds, failureThreshold }: Probe): number => periodSeconds * failureThreshold;

/** From SIGTERM to closing. */
export const drainSeconds = (readiness: Probe): number => noticed(readiness) + lifecycle.propagation;

export const gracePeriodSeconds = (readiness: Probe): number =>
  lifecycle.preStop + drainSeconds(readiness) + lifecycle.request + lifecycle.margin;

/** From SIGTERM, which comes after preStop, to the service's own forced exit; 2 s before the kernel's. */
export const shutdownTimeoutSeconds = (readiness: Probe): number => gracePeriodSeconds(readiness) - lifecycle.preStop - 2;
