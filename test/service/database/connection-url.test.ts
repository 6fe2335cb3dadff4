import { Client } from 'pg';
import { decode } from '../../../service/contract/decode';
import { settings } from '../../../service/contract/settings';
import { connectionUrl } from '../../../service/database/connection-url';

const options = (environment: Record<string, string>) => {
  const decoded = decode(environment);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const url = connectionUrl(decoded.config.database);
  return url === undefined ? undefined : new Client({ connectionString: url });
};

const parts = { DB_HOST: 'database', DB_NAME: 'counterpart', DB_USERNAME: 'owner', DB_PASSWORD: 'secret' };

describe('connectionUrl', () => {
  it('is undefined when no database is configured', () => {
    expect(options({})).toBeUndefined();
  });

  it('composes the parts', () => {
    expect(options(parts)).toMatchObject({
      host: 'database',
      port: settings.database.port.default,
      database: 'counterpart',
      user: 'owner',
      password: 'secret',
      ssl: false,
    });
  });

  it.each(['p@ss:w/o?r#d', '100%', 'a b+c', 'ü€"\'\\'])('keeps a password such as %s', (password) => {
    expect(options({ ...parts, DB_PASSWORD: password })?.password).toBe(password);
  });

  it('takes the address of a host', () => {
    expect(options({ ...parts, DB_HOST: 'fd00::1' })?.host).toBe('fd00::1');
  });

  it.each([
    ['disable', false],
    ['require', { rejectUnauthorized: false }],
    ['verify-full', {}],
  ])('means by sslmode %s what psql does, in either spelling', (sslmode, ssl) => {
    const url = 'postgresql://owner:secret@database/counterpart';
    expect(options({ ...parts, DB_SSLMODE: sslmode })).toMatchObject({ ssl });
    expect(options({ DATABASE_URL: `${url}?sslmode=${sslmode}` })).toMatchObject({ ssl });
    expect(options({ DATABASE_URL: url, DB_SSLMODE: sslmode })).toMatchObject({ ssl });
  });
});
