import type { FastifyInstance, InjectOptions } from 'fastify';
import { featureNames } from '../../../service/contract/features';
import type { Role } from '../../../service/contract/permissions';
import { accessKey, type Environment } from './app';

/** All features, with accounts of the service itself. */
export const everyFeature: Environment = {
  FEATURES: featureNames.filter((name) => name === 'auth.local' || !name.startsWith('auth.')).join(','),
  ENABLE_SWAGGER: 'true',
  SESSION_SECRET: accessKey,
  ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
  AUTH_RATE_LIMIT_MAX: '10000',
};

const password = 'correct horse battery staple';
let count = 0;

export interface Person {
  id: string;
  headers: { authorization: string };
}

export interface TestOrganization {
  id: string;
  owner: Person;
  /** Another member, logged in. */
  add(role: Role): Promise<Person>;
}

const json = async (app: FastifyInstance, request: InjectOptions) => {
  const response = await app.inject(request);
  if (response.statusCode >= 300) throw new Error(`${request.method} ${request.url}: ${response.body}`);
  return response.json();
};

/** A new organization, whose owner has registered. */
export const testOrganization = async (app: FastifyInstance): Promise<TestOrganization> => {
  const email = () => {
    count += 1;
    return `person-${count}@example.com`;
  };
  const login = async (url: string, payload: object) => {
    const { accessToken } = await json(app, { method: 'POST', url, payload });
    const headers = { authorization: `Bearer ${accessToken}` };
    const me = await json(app, { method: 'GET', url: '/api/auth/me', headers });
    return { person: { id: me.user.id as string, headers }, organizationId: me.organization.id as string };
  };
  const { person: owner, organizationId } = await login('/api/auth/register', { email: email(), password, name: 'Owner' });
  return {
    id: organizationId,
    owner,
    add: async (role) => {
      const account = { email: email(), password };
      const first = role === 'owner' ? 'admin' : role;
      const payload = { ...account, name: `A new ${role}`, role: first };
      const { id } = await json(app, { method: 'POST', url: '/api/users', headers: owner.headers, payload });
      if (role !== first) await json(app, { method: 'PUT', url: `/api/users/${id}/role`, headers: owner.headers, payload: { role } });
      return (await login('/api/auth/login', account)).person;
    },
  };
};
