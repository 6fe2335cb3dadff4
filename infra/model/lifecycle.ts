/**
 * The end of a pod, in seconds. Kubernetes sends SIGTERM and takes the pod out of its Services at the same moment; routers
 * learn of it later. So the pod first sleeps, then drains (still serving, each answer with `Connection: close`, so that
 * clients with kept connections go elsewhere), then ends what runs.
 */
export const lifecycle = {
  /** Longer than endpoints take to reach every node. */
  preStop: 5,
  /** Long enough for every kept connection to carry one more answer. */
  drain: 5,
  /** The longest request: the statement time-out of the database. */
  request: 15,
  margin: 5,
} as const;

export const gracePeriodSeconds = lifecycle.preStop + lifecycle.drain + lifecycle.request + lifecycle.margin;

/** From SIGTERM, which comes after preStop, to the service's own forced exit; 2 s before the kernel's. */
export const shutdownTimeoutSeconds = gracePeriodSeconds - lifecycle.preStop - 2;
