import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { withLaterFields } from '../../../infra/constructs/later-fields';
import { lifecycle } from '../../../infra/model/lifecycle';
import { at, everywhere, synthesized } from '../support/synthesized';

const constructs = join(__dirname, '../../../infra/constructs');

const sources = readdirSync(constructs, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

const pod = (): ReturnType<typeof k8s.KubePod.manifest> =>
  k8s.KubePod.manifest({ metadata: { name: 'pod' }, spec: { containers: [{ name: 'one', image: 'image:1' }] } });

test.each(everywhere)('the API of %s %s sleeps before it is told to end', (...where) => {
  const [deployment] = synthesized(...where).of('Deployment');
  expect(at(deployment, 'spec.template.spec.containers.0.lifecycle')).toEqual({ preStop: { sleep: { seconds: lifecycle.preStop } } });
});

test('fields that the class does not know come out as they went in, beside all that it knows', () => {
  const chart = new Chart(new App({ recordConstructMetadata: false }), 'chart');
  withLaterFields(chart, 'pod', pod(), {
    '/spec/hostUsers': false,
    '/spec/containers/0/resizePolicy': [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
  });
  expect(chart.toJson()).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod' },
      spec: {
        hostUsers: false,
        containers: [{ name: 'one', image: 'image:1', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }],
      },
    },
  ]);
});

test('a class of cdk8s-plus-28 still drops what it does not know: the reason for this function', () => {
  const chart = new Chart(new App({ recordConstructMetadata: false }), 'chart');
  new k8s.KubePod(chart, 'pod', { spec: { containers: [{ name: 'one', lifecycle: { preStop: { sleep: { seconds: 5 } } } as never }] } });
  expect(JSON.stringify(chart.toJson())).not.toContain('sleep');
});

test('no other construct patches what a class renders, which might drop the patch', () => {
  const patching = sources.filter((path) => readFileSync(join(constructs, path), 'utf8').includes('addJsonPatch'));
  expect(patching).toEqual(['later-fields.ts']);
});
