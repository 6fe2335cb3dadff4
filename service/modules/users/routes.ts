import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Permission, permissionNames, permissions, type Role, roleNames, roles } from '../../contract/permissions';
import { linksTo } from '../../documentation/links';
import { callerOf } from '../../identity/caller';
import * as common from '../../schemas';
import { addUser, changeRole, changeUser, presentUser, removeUser } from './changes';
import { findMember, membersOf } from './members';
import * as schemas from './schemas';

const rolesAnswer = z
  .object({
    roles: z.record(z.enum(roleNames), z.array(z.enum(permissionNames)).max(permissionNames.length)),
    permissions: z.record(z.enum(permissionNames), z.string().max(200)),
  })
  .meta({ id: 'Roles' });

const path = '/users';

/** Members of the caller's organization, and what they may do. */
export const users: FastifyPluginAsyncZod = async (app) => {
  const shared = { tags: ['users'] };
  const byId = { ...shared, params: common.id };
  const reading = { access: 'user.read' } as const;
  const managing = { access: 'user.manage' } as const;

  app.get(
    '/roles',
    { config: reading, schema: { ...shared, operationId: 'listRoles', summary: 'What each role may do', response: { 200: rolesAnswer } } },
    async () => ({
      roles: roles as unknown as Record<Role, Permission[]>,
      permissions,
    }),
  );

  app.get(
    path,
    {
      config: reading,
      schema: {
        ...shared,
        operationId: 'listUsers',
        summary: 'Members of the organization, newest first',
        querystring: common.page,
        response: { 200: schemas.users },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const rows = await app.db.query<schemas.UserSummary>(caller, membersOf(caller.organizationId, request.query));
      return common.toPage(rows, request.query.limit);
    },
  );

  app.post(
    path,
    {
      config: managing,
      schema: {
        ...shared,
        operationId: 'createUser',
        summary: 'Add a member who has no account yet',
        answerHeaders: { 201: ['location', 'idempotency-replayed'] },
        problems: { 409: ['email_taken'] },
        headers: common.idempotencyHeaders,
        body: schemas.newUser,
        response: { 201: schemas.user },
      },
      links: { 201: linksTo('getUser', 'updateUser', 'deleteUser') },
    },
    (request, reply) => addUser(app, request, reply, request.body),
  );

  app.get(
    `${path}/:id`,
    { config: reading, schema: { ...byId, operationId: 'getUser', summary: 'A member', response: { 200: schemas.user } } },
    (request) => {
      const caller = callerOf(request);
      return app.db.transaction(caller, async (tx) => presentUser(app, await findMember(tx, caller, request.params.id)), {
        readOnly: true,
      });
    },
  );

  app.patch(
    `${path}/:id`,
    {
      config: managing,
      schema: {
        ...byId,
        operationId: 'updateUser',
        summary: 'Change the name or the telephone number of a member',
        problems: { 422: ['encryption_not_configured'] },
        body: schemas.userChange,
        response: { 200: schemas.user },
      },
    },
    (request) => changeUser(app, request, request.params.id, request.body),
  );

  app.put(
    `${path}/:id/role`,
    {
      config: { access: 'permission.manage' },
      schema: {
        ...byId,
        operationId: 'setUserRole',
        summary: 'Give a member another role',
        problems: { 409: ['last_owner'] },
        body: schemas.roleChange,
        response: { 200: schemas.userSummary },
      },
    },
    (request) => changeRole(app, request, request.params.id, request.body.role),
  );

  app.delete(
    `${path}/:id`,
    {
      config: managing,
      schema: {
        ...byId,
        operationId: 'deleteUser',
        summary: 'Remove a member, and end their sessions',
        problems: { 409: ['last_owner'] },
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await removeUser(app, request, request.params.id);
      return reply.code(204).send();
    },
  );
};
