import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apply } from './kubectl';

/** Where no cert-manager issues it: a certificate of our own for an Ingress, without which some controllers route nothing. */
export const provideCertificate = async (namespace: string, name: string, host: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  try {
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      ...subject,
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    const data = { 'tls.key': await readFile(key, 'base64'), 'tls.crt': await readFile(certificate, 'base64') };
    await apply(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name, namespace }, data }));
  } finally {
    await rm(folder, { recursive: true });
  }
};
