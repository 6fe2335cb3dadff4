import { type Role, roles } from '../../contract/permissions';
import type { Principal } from '../../identity/principal';
import { HttpProblem } from '../../problem';
import type { LockedRole } from './members';

const forbidden = (detail: string): HttpProblem => new HttpProblem({ code: 'forbidden', status: 403, detail });

const lastOwner = (): HttpProblem =>
  new HttpProblem({ code: 'last_owner', status: 409, detail: 'An organization keeps one owner. Make somebody else an owner first.' });

/**
 * Whether the caller may do anything to a member of that role.
 * @throws HttpProblem 403
 */
export const checkMayChange = (caller: Principal, { role }: Pick<LockedRole, 'role'>): void => {
  if (role === 'owner' && caller.role !== 'owner') throw forbidden('Only an owner may make, change or remove an owner.');
};

/**
 * Whether the caller may give that role.
 * @throws HttpProblem 403
 */
export const checkMayGive = (caller: Principal, role: Role): void => {
  checkMayChange(caller, { role });
  // A token of another identity provider may carry any permissions: those to manage members shall not lead to all others.
  const missing = roles[role].filter((permission) => !caller.permissions.has(permission));
  if (missing.length > 0) throw forbidden(`Nobody gives what they do not have: ${role} includes ${missing.join(', ')}.`);
};

/**
 * Whether a member may cease to have their role.
 * @throws HttpProblem 409
 */
export const checkMayLose = ({ isLastOwner }: LockedRole): void => {
  if (isLastOwner) throw lastOwner();
};
