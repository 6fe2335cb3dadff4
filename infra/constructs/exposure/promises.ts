/** For how long browsers remember that the host speaks HTTPS alone: a year. The service says the same. */
export const hstsSeconds = 31_536_000;

/** For how long browsers remember the answer to a preflight, as the service has it. */
export const preflightSeconds = 600;
