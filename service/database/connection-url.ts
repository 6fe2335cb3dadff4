import type { Config } from '../contract/types';

/**
 * Connection of the configured role as one URL, whichever way it was given; undefined when no database is configured.
 * `sslmode` in it means what it means to psql: `require` encrypts without looking at the certificate, `verify-full` looks.
 */
export const connectionUrl = ({ url, host, port, name, user, password, tls }: Config['database']): string | undefined => {
  if (!url && !host) return undefined;
  const connection = new URL(url ?? 'postgresql://placeholder');
  if (!url && host) {
    connection.hostname = host.includes(':') ? `[${host}]` : host;
    connection.port = String(port);
    connection.pathname = `/${encodeURIComponent(name ?? '')}`;
    // The setters leave some characters alone that end this part of a URL, or that `pg` decodes.
    connection.username = encodeURIComponent(user ?? '');
    connection.password = encodeURIComponent(password ?? '');
  }
  if (!connection.searchParams.has('sslmode')) connection.searchParams.set('sslmode', tls);
  // Without it, `pg` takes `require` for `verify-full`.
  connection.searchParams.set('uselibpqcompat', 'true');
  return connection.toString();
};
