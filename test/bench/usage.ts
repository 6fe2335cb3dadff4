/** What a server has used so far, all its threads included. */
export interface Usage {
  /** Microseconds of CPU, in user and in system mode. */
  cpu: number;
  /** Bytes of resident memory. */
  memory: number;
}

// Loaded before the server that is measured, which therefore needs no code for it.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() } satisfies Usage);
});
