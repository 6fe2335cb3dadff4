/** One row of the table: what was checked, how it went, and what was seen. */
interface Row {
  subject: string;
  check: string;
  passed: boolean;
  seen: string;
  seconds: number;
}

/** Collects checks; a failed one does not stop those that follow. */
export class Report {
  private readonly rows: Row[] = [];

  constructor(private readonly tell: (line: string) => void) {}

  /** @param work returns what it saw, in a few words, or throws */
  async check(subject: string, check: string, work: () => Promise<string>): Promise<boolean> {
    const start = performance.now();
    const row: Row = { subject, check, passed: true, seen: '', seconds: 0 };
    try {
      row.seen = await work();
    } catch (error) {
      row.passed = false;
      row.seen = error instanceof Error ? error.message : String(error);
    }
    row.seconds = (performance.now() - start) / 1_000;
    this.rows.push(row);
    this.tell(`${row.passed ? 'ok  ' : 'FAIL'} ${subject}: ${check} (${row.seconds.toFixed(1)} s) ${row.seen.split('\n')[0]}`);
    return row.passed;
  }

  get failed(): number {
    return this.rows.filter(({ passed }) => !passed).length;
  }

  /** The table, in Markdown. */
  table(): string {
    const cells = this.rows.map(({ subject, check, passed, seen }) => [
      subject,
      check,
      passed ? 'ok' : 'FAILED',
      seen.replaceAll(/\s+/g, ' '),
    ]);
    const all = [['system', 'check', 'result', 'seen'], ['---', '---', '---', '---'], ...cells];
    return all.map((row) => `| ${row.join(' | ')} |`).join('\n');
  }
}
