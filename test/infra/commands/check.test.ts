import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../../infra/commands/check';
import { rules } from '../../../infra/rules';

const root = join(__dirname, '../../..');

/** Rules that need no stack behind the objects. */
const ofObjects = rules.filter(({ reads }) => reads === 'objects').length;
const sloppy = join(root, 'test/infra/fixtures/sloppy');

const checked = (...paths: string[]) => {
  const lines: string[] = [];
  const code = check(paths, (line) => lines.push(line));
  return { code, lines, text: lines.join('\n').replaceAll(`${root}/`, '') };
};

describe('check', () => {
  test('finds nothing in what we synthesize, and says how much it looked at', () => {
    for (const environment of ['development', 'staging', 'production']) {
      const { code, text } = checked(join(root, 'dist', environment));
      expect(text).toMatch(new RegExp(`^nothing found: \\d{2,3} objects checked by ${ofObjects} rules$`));
      expect(code).toBe(0);
    }
  });

  describe('of a sloppy folder', () => {
    const { code, lines, text } = checked(sloppy);

    test('fails', () => expect(code).toBe(1));

    test('tells each finding as synth does', () => {
      expect(text).toContain(
        'error: [SVC-PORT] default.Service/web port 80\n' +
          '  got:     target port htpp (TCP)\n' +
          '  allowed: a port of Deployment/web: http 8080\n' +
          '  fix:     Target the name or number of a container port; a Job or server must not share the labels of the API.\n',
      );
    });

    test('counts them by rule, and says what it looked at and what it skipped', () => {
      expect(lines.slice(-7)).toEqual([
        '   1  SECRET-PLAINTEXT  No secret stands in a manifest where anybody reads it',
        '   1  SVC-PORT  Every Service leads to a port that its pods open',
        '   1  NP-DNS  Pods that may send at all may resolve names',
        '   1  PDB-DRAIN  A disruption budget lets at least one pod go, of exactly one workload',
        '   1  PSS-RESTRICTED  Every container meets the pod security level restricted',
        `5 errors, 0 warnings: 4 objects checked by ${ofObjects} rules`,
        `not Kubernetes objects, and skipped: ${join(sloppy, 'nested/values.yml')}:1`,
      ]);
    });

    test('never prints a secret', () => expect(text).not.toContain('tr0ub4dor'));
  });

  test('takes single files, and several paths as one set of manifests', () => {
    const alone = checked(join(sloppy, 'nested/list.json'));
    expect(alone.text).toContain('[PDB-DRAIN] default.PodDisruptionBudget/web selector\n  got:     no workload');
    const together = checked(join(sloppy, 'nested/list.json'), join(sloppy, 'web.yaml'));
    expect(together.text).toContain('[PDB-DRAIN] default.PodDisruptionBudget/web\n  got:     0 of at least 2 pods may go');
  });

  describe('of what it cannot read', () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'check-'));
    });

    afterEach(() => rmSync(folder, { recursive: true }));

    const written = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      const { code, lines } = checked(folder);
      expect(code).toBe(2);
      return lines.map((line) => line.replace(`${folder}/`, ''));
    };

    test('names file, line and problem', () => {
      expect(written('broken.yaml', 'kind: Service\nspec:\n  ports: [80\nmetadata: {}\n')).toEqual([
        expect.stringMatching(/^error: broken\.yaml:\d: not YAML: /),
      ]);
      expect(written('broken.yaml', 'kind: Service\nkind: Service\n')).toEqual([
        'error: broken.yaml:2: not YAML: Map keys must be unique at line 2, column 1:',
      ]);
    });

    test('says of a template that it is one', () => {
      expect(written('template.yaml', 'metadata:\n  name: {{ .Release.Name }}-web\n')).toEqual([
        expect.stringMatching(/^error: template\.yaml:2: not YAML: .*\(a template has to be rendered first\)$/),
      ]);
    });

    test('names the field that has not the form of its kind, and tells all files at once', () => {
      const object = (kind: string, spec: unknown) => JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'web' }, spec });
      writeFileSync(join(folder, 'b.json'), object('Service', { ports: { http: 80 } }));
      expect(written('a.yaml', `# two\n---\n${object('Pod', { containers: [{ name: 'web', env: { PORT: '80' } }] })}`)).toEqual([
        'error: a.yaml:3: Pod/web has not the form of its kind: spec.containers.0.env: Invalid input: expected array, received object',
        'error: b.json:1: Service/web has not the form of its kind: spec.ports: Invalid input: expected array, received object',
      ]);
    });

    test('says which rule stumbles over a form that nobody foresaw', () => {
      const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'quota' }, spec: { hard: { cpu: 1 } } };
      const pod = { containers: [{ name: 'web', resources: { requests: 'much' }, securityContext: { capabilities: { add: 5 } } }] };
      writeFileSync(join(folder, 'quota.json'), JSON.stringify(quota));
      expect(written('pod.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: pod }))).toEqual([
        expect.stringMatching(/^error: PSS-RESTRICTED cannot read these manifests \(.*\): some field has not the form of its kind$/),
      ]);
    });

    test('says that there is nothing to check', () => {
      expect(written('values.yaml', 'replicas: 2\n')).toEqual([
        `error: ${folder}: no object of Kubernetes in any .yaml, .yml or .json file`,
      ]);
      writeFileSync(join(folder, 'alias.yaml'), 'a: *nobody\n');
      expect(checked(folder).lines).toEqual([expect.stringMatching(/alias\.yaml(:1)?: .*Unresolved alias/)]);
      expect(checked(join(folder, 'missing')).lines).toEqual([expect.stringMatching(/missing: cannot be read: ENOENT/)]);
      expect(checked()).toMatchObject({ code: 2, lines: ['usage: npm run check -- <folder or file> …'] });
    });
  });
});
