import { BlockList } from 'node:net';
import { changed, restApi } from '../../support/stacks';
import { named, synthesized } from '../../support/synthesized';
import { rendered } from './file';

const { file, service, nginx, roles } = rendered(restApi);

test('the API believes the edge alone about addresses, and Docker gives that address to nobody else', () => {
  const address = service('nginx').networks.front?.ipv4_address ?? '';
  expect(service('api').environment?.TRUST_PROXY).toBe(`${address}/32`);
  const [{ subnet, ip_range } = { subnet: '', ip_range: '' }] = file.networks.front?.ipam?.config ?? [];
  const within = (range: string) => {
    const [network = '', prefix] = range.split('/');
    const list = new BlockList();
    list.addSubnet(network, Number(prefix));
    return list.check(address);
  };
  expect([within(subnet), within(ip_range)]).toEqual([true, false]);
});

test('the edge says itself who the client is, whatever the client says', () => {
  expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
  expect(nginx).not.toContain('$proxy_add_x_forwarded_for');
});

test('plain HTTP is sent to HTTPS, and HTTPS to the port of the API', () => {
  expect(nginx).toContain('listen 8080 default_server;\n    return 308 https://$host$request_uri;');
  expect(nginx).toContain('listen 8443 ssl default_server;');
  expect(nginx).toContain('set $api http://api:3000;');
  expect(service('nginx').ports).toEqual(['127.0.0.1:80:8080', '127.0.0.1:443:8443']);
});

test.each([
  [10_485_760, '11m'],
  [52_428_800, '51m'],
])('with uploads of %d bytes the edge takes %s, multipart included', (MAX_FILE_SIZE, size) => {
  expect(rendered(changed(restApi, { config: { MAX_FILE_SIZE } })).nginx).toContain(`client_max_body_size ${size};`);
});

test('the certificate is made where the edge reads it', () => {
  const [, , script = ''] = service('certificate').entrypoint ?? [];
  for (const path of ['/certificates/localhost.crt', '/certificates/localhost.key']) {
    expect(script).toContain(path);
    expect(nginx).toContain(path);
  }
  expect(script).toContain('subjectAltName=DNS:localhost,IP:127.0.0.1');
  expect(service('certificate').volumes).toEqual(['certificates:/certificates']);
  expect(service('nginx').volumes).toContain('certificates:/certificates:ro');
});

test('the roles are made by the script that a cluster has', () => {
  const { data } = named(synthesized('development', 'rest-api'), 'ConfigMap', 'postgres-init') as { data?: Record<string, string> };
  expect(roles.replace(/^#.*\n/, '')).toBe(data?.['roles.sh']);
  expect(service('postgres').volumes).toContain('./compose/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro');
});
