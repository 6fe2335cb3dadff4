import { join } from 'node:path';
import { type Candidate, candidates, headersOf } from './candidates';
import { startChild } from './child';
import { type Contender, measure } from './measure';
import { logIn } from './service';
import { startSurroundings } from './surroundings';

const rounds = 5;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number))).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
};

/** Nothing where a row to compare with was not chosen. */
const shown = (ratio: number): string => (Number.isNaN(ratio) ? '' : ratio.toFixed(2));

const report = async (contenders: readonly Contender[]): Promise<string> => {
  const costs = await measure(contenders, rounds);
  const costOf = (name: string): number => costs[contenders.findIndex(({ candidate }) => candidate.name === name)] ?? Number.NaN;
  const rows = contenders.map(async ({ candidate: { name, bare = 'bare', baselines }, child }) => {
    const own = costOf(name);
    const { memory } = await child.usage();
    return [
      name,
      own.toFixed(1),
      shown(costOf(bare) / own),
      ...(baselines ? [own / costOf(baselines.inTurn), own / costOf(baselines.atOnce)].map(shown) : ['', '']),
      String(Math.round(memory / 2 ** 20)),
    ];
  });
  return table([['', 'CPU µs', 'bare / it', 'it / pg in turn', 'it / pg at once', 'RSS MiB'], ...(await Promise.all(rows))]);
};

/** @param words all of which a name must have */
const wanted =
  (words: readonly string[]) =>
  ({ name }: Candidate): boolean =>
    words.every((word) => name.includes(word));

const main = async (): Promise<void> => {
  const surroundings = await startSurroundings();
  const contenders: Contender[] = [];
  try {
    const log = join(surroundings.folder, 'log');
    const headers = headersOf(await logIn(surroundings.databaseUrl, log));
    for (const candidate of candidates(surroundings).filter(wanted(process.argv.slice(2)))) {
      contenders.push({ candidate, headers, child: await startChild(candidate.program, log) });
    }
    say(await report(contenders));
  } finally {
    await Promise.all(contenders.map(({ child }) => child.stop()));
    await surroundings.stop();
  }
};

// Ctrl-C ends the servers as well, whose requests then fail: everything else is stopped as after any failure.
process.on('SIGINT', () => {});

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
