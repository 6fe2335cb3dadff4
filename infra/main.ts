import { publish } from './publish';
import releases from './releases.json';
import { stacks } from './stacks';
import { synthesize } from './synthesize';

// The CLI swallows standard output, so everything is told on standard error.
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const { files, errors, warnings } = synthesize(stacks, releases);
for (const warning of warnings) tell(`warning: ${warning}\n`);

if (errors.length > 0) {
  for (const error of errors) tell(`error: ${error}\n`);
  tell(`${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; dist/ is as it was.`);
  process.exitCode = 1;
} else {
  publish(files, process.env.CDK8S_OUTDIR ?? 'build/synth');
  const { written, removed } = publish(files, 'dist');
  for (const path of written) tell(`written dist/${path}`);
  for (const path of removed) tell(`removed dist/${path}`);
  tell(`${files.size} files in dist/, ${written.length} changed, ${removed.length} removed`);
}
