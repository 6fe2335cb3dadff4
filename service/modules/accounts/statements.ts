import type { Statement } from '../../database/statement';

export interface Account {
  userId: string;
  passwordHash: string;
  /** First the one that was joined first. */
  organizations: string[];
}

export interface Credential {
  email: string;
  passwordHash: string;
}

export const accountByEmail = (email: string): Statement => ({
  name: 'account-by-email',
  text: `SELECT users.id AS "userId", password_hash AS "passwordHash",
      array_remove(array_agg(organization_id::text ORDER BY memberships.created_at, organization_id), NULL) AS organizations
    FROM users JOIN credentials ON user_id = users.id LEFT JOIN memberships ON memberships.user_id = users.id
    WHERE email = $1 GROUP BY users.id, password_hash`,
  values: [email],
});

export const credentialOf = (userId: string): Statement => ({
  name: 'credential-of-user',
  text: 'SELECT email, password_hash AS "passwordHash" FROM credentials JOIN users ON users.id = user_id WHERE user_id = $1',
  values: [userId],
});
