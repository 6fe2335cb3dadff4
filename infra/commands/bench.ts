import type { Stack } from '../model/stack';
import { stacks } from '../stacks';
import { synthesize } from '../synthesize';

/** The same systems once more, under other names and in other namespaces. */
const copies = (count: number): Stack[] =>
  Array.from({ length: count }, (_, index) => {
    const stack = stacks[index % stacks.length] as Stack;
    const { base } = stack;
    const name = `${base.name}-${index}`;
    return { ...stack, base: { ...base, name, namespace: { ...base.namespace, name: `${base.namespace.name}-${index}` } } };
  });

const cpuMilliseconds = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

/** CPU of synthesizing as many systems, each in three environments; the first run of all also compiles. */
const measure = (systems: number): { files: number; milliseconds: number } => {
  const many = copies(systems);
  const release = { tag: '0.1.0' };
  const releases = Object.fromEntries(
    ['development', 'staging', 'production'].map((environment) => [
      environment,
      Object.fromEntries(many.map(({ base }) => [base.name, release])),
    ]),
  );
  let files = 0;
  const milliseconds = cpuMilliseconds(() => {
    const result = synthesize(many, releases);
    if (result.errors.length > 0) throw new Error(result.errors.join('\n'));
    files = result.files.size - 1;
  });
  return { files, milliseconds };
};

if (require.main === module) {
  const cold = measure(stacks.length);
  const rows = [1, 5, 10, 50].map(measure);
  process.stdout.write(`first run, cold: ${cold.files} files in ${cold.milliseconds.toFixed(0)} ms of CPU\n`);
  for (const { files, milliseconds } of rows) {
    process.stdout.write(`${files} files: ${milliseconds.toFixed(0)} ms of CPU, ${(milliseconds / files).toFixed(1)} a file\n`);
  }
}
