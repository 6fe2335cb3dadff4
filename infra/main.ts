import releases from './releases.json';
import { run } from './run';
import { stacks } from './stacks';

// The CLI swallows standard output, so everything is told on standard error.
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

process.exitCode = run(stacks, releases, { output: process.env.CDK8S_OUTDIR ?? 'build/synth', dist: 'dist', service: 'service' }, tell);
