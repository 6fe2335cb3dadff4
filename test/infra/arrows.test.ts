import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(__dirname, '../..');

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.startsWith('service/prisma/client/'));

interface Arrow {
  from: string;
  /** A file of ours without its ending, or the name of a package. */
  to: string;
}

const arrowsOf = (from: string): Arrow[] =>
  [...readFileSync(join(root, from), 'utf8').matchAll(/(?<!')(?:from|import|require\(|import\()\s*'([^']+)'/g)].map(([, target = '']) => ({
    from,
    to: target.startsWith('.') ? normalize(join(dirname(from), target)).replaceAll('\\', '/') : target,
  }));

const arrows = [...filesBelow('infra'), ...filesBelow('service')].flatMap(arrowsOf);

/** Arrows out of some files to what none of these patterns allows. */
const crossing = (from: RegExp, ...allowed: RegExp[]): string[] =>
  arrows
    .filter((arrow) => from.test(arrow.from) && !allowed.some((pattern) => pattern.test(arrow.to)))
    .map((arrow) => `${arrow.from} -> ${arrow.to}`);

const node = /^node:/;
const inContract = /^service\/contract\//;

describe('arrows run one way', () => {
  test('there are arrows to look at', () => {
    expect(arrows.filter(({ from }) => from.startsWith('infra/')).length).toBeGreaterThan(100);
    expect(arrows.filter(({ from }) => from.startsWith('service/contract/')).length).toBeGreaterThan(10);
  });

  test('the contract knows nobody but zod', () => {
    expect(crossing(/^service\/contract\//, inContract, /^zod$/)).toEqual([]);
  });

  test('the service never knows infra', () => {
    expect(arrows.filter(({ from, to }) => from.startsWith('service/') && to.startsWith('infra/'))).toEqual([]);
  });

  test('only one file of infra knows the service, and of it only the contract', () => {
    const doors = arrows.filter(({ from, to }) => from.startsWith('infra/') && to.startsWith('service/'));
    expect(new Set(doors.map(({ from }) => from))).toEqual(new Set(['infra/model/service.ts']));
    expect(doors.filter(({ to }) => !inContract.test(to))).toEqual([]);
  });

  test('the model knows no construct, no rule, no stack and no cdk8s', () => {
    expect(crossing(/^infra\/model\//, /^infra\/model\//, inContract, node, /^(zod|yaml)$/, /^infra\/(clusters|environments)$/)).toEqual(
      [],
    );
  });

  test('stacks know the model alone', () => {
    expect(crossing(/^infra\/stacks\//, /^infra\/(model|stacks)\//)).toEqual([]);
  });

  test('clusters and environments know no system', () => {
    expect(crossing(/^infra\/(clusters|environments)\.ts$/, /^infra\/clusters$/)).toEqual([]);
  });

  test('constructs know the model, generated types and facts of clusters', () => {
    expect(
      crossing(
        /^infra\/constructs\//,
        /^infra\/(constructs|model)\//,
        /^infra\/(clusters|environments)$/,
        /^imports\//,
        /^(cdk8s|cdk8s-plus-28|constructs)$/,
        node,
      ),
    ).toEqual([]);
  });

  test('targets know the model, and of constructs what a Redis is told', () => {
    const shared = /^infra\/constructs\/redis-arguments$/;
    expect(crossing(/^infra\/targets\//, /^infra\/(targets|model)\//, /^infra\/environments$/, shared, /^(yaml|smol-toml)$/)).toEqual([]);
  });

  test('rules know objects and the model, and no construct', () => {
    const promql = /^(@prometheus-io\/lezer-promql|@lezer\/lr)$/;
    expect(crossing(/^infra\/rules\//, /^infra\/(rules|model)\//, /^infra\/rules$/, /^infra\/clusters$/, node, /^zod$/, promql)).toEqual(
      [],
    );
  });

  test('no construct and no rule asks which environment or system it is in', () => {
    const asks = [...filesBelow('infra/constructs'), ...filesBelow('infra/rules')].filter((path) =>
      /(environmentName|system\.name|stage)\s*[!=]==/.test(
        readFileSync(join(root, path), 'utf8').replaceAll('({ environmentName }) => environmentName === name', ''),
      ),
    );
    expect(asks).toEqual([]);
  });
});
