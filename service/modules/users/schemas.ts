import { z } from 'zod';
import { roleNames } from '../../contract/permissions';
import { emailAddress } from '../../identity/email-address';
import { isEmail, password } from '../../identity/passwords';
import { pageOf, text } from '../../schemas';

const role = z.enum(roleNames);

/** ITU-T E.164, the one form that every telephone system reads. */
const phone = z
  .string()
  .max(16)
  .regex(/^\+[1-9]\d{6,14}$/, 'a number such as +493012345678');

export const userSummary = z
  .object({
    id: z.uuid(),
    email: z.string().max(254).nullable().describe('Null for who signs in elsewhere'),
    name: z.string().max(200),
    role,
    joinedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserSummary' });

export type UserSummary = z.output<typeof userSummary>;

export const user = userSummary.extend({ phone: z.string().max(16).nullable() }).meta({ id: 'User' });

export type User = z.output<typeof user>;

export const users = pageOf(userSummary).meta({ id: 'Users' });

export const newUser = z
  .strictObject({ email: emailAddress, password, name: text(1, 200), role: role.exclude(['owner']) })
  .refine((given) => !isEmail(given.password, given.email), { path: ['password'], error: 'must not be the address' });

export type NewUser = z.output<typeof newUser>;

/** No defaults: a field that the caller leaves out stays as it is. */
export const userChange = z
  .strictObject({ name: text(1, 200).optional(), phone: phone.nullable().optional() })
  .refine((change) => change.name !== undefined || change.phone !== undefined, 'needs name, phone or both')
  .meta({ minProperties: 1 });

export type UserChange = z.output<typeof userChange>;

export const roleChange = z.strictObject({ role });
