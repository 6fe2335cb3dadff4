import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** What the compiler says of a project, an error a line, without the file's name. */
const errorsOf = (project: string): string[] => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '--noEmit', '--pretty', 'false', '-p', project], {
    cwd: root,
    encoding: 'utf8',
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^.*\.ts\((\d+),\d+\): error TS\d+: /, '$1: '));
};

describe('in the editor, a wrong stack', () => {
  const errors = errorsOf('test/infra/editor/fixtures/tsconfig.json');

  test('gets one short error for each of its mistakes', () => {
    expect(errors).toEqual([
      "10: Object literal may only specify known properties, but 'ALLOWED_ORIGNS' does not exist in type 'Difference<PlainEnvironment>'. Did you mean to write 'ALLOWED_ORIGINS'?",
      `11: Type '"auth.locl"' is not assignable to type '"audit" | "auth.betterAuth" | "auth.clerk" | "auth.local" | "auth.supabase" | "designs" | "organizations" | "tasks" | "users"'. Did you mean '"auth.local"'?`,
      "12: Type 'string' is not assignable to type 'SecretRef'.",
      "13: Object literal may only specify known properties, but 'cahce' does not exist in type 'Difference<Dependencies>'. Did you mean to write 'cache'?",
      `16: Type '"loud"' is not assignable to type '"debug" | "error" | "fatal" | "info" | "trace" | "warn" | undefined'.`,
      `17: Type '"512M"' is not assignable to type '\`\${number}Gi\` | \`\${number}Mi\` | undefined'.`,
      `18: Type '"vault"' is not assignable to type '"existing" | "external" | "plain" | "sealed"'.`,
      `23: Type '"/health/ready"' is not assignable to type 'LivenessPath | undefined'.`,
      `24: Type '"databse"' is not assignable to type 'keyof Dependencies'. Did you mean '"database"'?`,
      "30: Object literal may only specify known properties, but 'prodution' does not exist in type 'Stack'. Did you mean to write 'production'?",
      "32: Object literal may only specify known properties, but 'LOG_LEVL' does not exist in type 'PlainEnvironment'. Did you mean to write 'LOG_LEVEL'?",
    ]);
  });

  test('is told in less than 250 characters each time', () => {
    expect(errors.filter((error) => error.length >= 250)).toEqual([]);
  });
});
