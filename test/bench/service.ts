import { environmentOf } from '../service/support/app';
import { type Program, startChild } from './child';
import { account } from './surroundings';

/** Of the page that the requests come from. */
export const origin = 'https://app.example.com';

/** All that production has, and a limit that is counted but never reached. */
export const service = (databaseUrl: string, given: Record<string, string> = {}): Program => ({
  file: 'service/server.js',
  readyPath: '/health/ready',
  environment: environmentOf({
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    FEATURES: 'auth.local,organizations,users,tasks,designs,audit',
    CORS_ORIGINS: origin,
    RATE_LIMIT_MAX_REQUESTS: '1000000',
    ...given,
  }),
});

/** A token that every service on that database accepts. */
export const logIn = async (databaseUrl: string, log: string): Promise<string> => {
  const child = await startChild(service(databaseUrl), log);
  try {
    const response = await fetch(`${child.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { accessToken: string }).accessToken;
  } finally {
    await child.stop();
  }
};
