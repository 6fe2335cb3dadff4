import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { expectStatus, post } from './http';
import { forward, get } from './kubectl';
import { documents, type Subject } from './systems';

const decodeSecret = async (namespace: string, secret: string, key: string): Promise<string> => {
  const { data } = await get<{ data: Record<string, string> }>('secret', secret, '-n', namespace);
  return Buffer.from(data[key] ?? '', 'base64').toString();
};

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as Better Auth signs it (RFC 7519, HS256). */
const signed = (key: string, claims: object): string => {
  const now = Math.floor(Date.now() / 1_000);
  const content = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, iat: now, exp: now + 600 })}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
};

/** Issuer and audience that the deployed API asks for. */
const expected = (yaml: string): { iss: string; aud: string } => {
  const map = documents(yaml).find(({ kind, data }) => kind === 'ConfigMap' && 'JWT_ISSUER' in ((data ?? {}) as object));
  const { JWT_ISSUER: iss = 'counterpart', JWT_AUDIENCE: aud = 'counterpart' } = (map?.data ?? {}) as Record<string, string>;
  return { iss, aud };
};

const register = async ({ namespace, service }: Subject): Promise<string> => {
  const { url, close } = await forward(namespace, `service/${service.name}`, service.port);
  try {
    const account = { email: `${randomUUID()}@example.com`, password: randomBytes(12).toString('base64url'), name: 'e2e' };
    const registered = await post(`${url}/api/auth/register`, account);
    expectStatus(201, registered);
    return registered.body.accessToken as string;
  } finally {
    close();
  }
};

/**
 * A token that the deployed API accepts, of somebody new who shares an organization with nobody. Valid for ten minutes or
 * more.
 */
export const tokenFor = async (subject: Subject): Promise<string> => {
  const { signer, namespace, yaml } = subject;
  if (signer.kind === 'local') return register(subject);
  if (signer.kind === 'elsewhere') throw new Error(`${subject.name} takes tokens of a provider that is not in the cluster`);
  return signed(await decodeSecret(namespace, signer.secret, signer.key), { sub: randomUUID(), ...expected(yaml) });
};
