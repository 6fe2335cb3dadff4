import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Permission } from './contract/permissions';
import type { Transaction } from './database/database';
import { linksTo } from './documentation/links';
import { entityTag, isFresh, versionsOf } from './entity-tag';
import { callerOf } from './identity/caller';
import type { Principal } from './identity/principal';
import { notFound } from './problem';
import * as common from './schemas';

export interface Item {
  id: string;
  version: number;
}

/** How rows of one kind are kept. Every function sees the rows of the caller's scope and no others. */
export interface Store<T extends Item, New, Change, Summary> {
  list(caller: Principal, page: common.Page): Promise<{ items: Summary[]; nextCursor: string | null }>;
  find(caller: Principal, id: string): Promise<T | null>;
  create(tx: Transaction, caller: Principal, given: New): Promise<T>;
  /**
   * @param versions that may be changed; undefined: any
   * @throws HttpProblem 404, or 412 when it has another version by now
   */
  update(tx: Transaction, caller: Principal, id: string, change: Change, versions: readonly number[] | undefined): Promise<T>;
  /** As `update`. */
  remove(tx: Transaction, caller: Principal, id: string, versions: readonly number[] | undefined): Promise<void>;
}

/** Things that callers make, read, change and remove, each under its id. */
export interface Resource<T extends Item, New, Change, Summary> {
  /** In errors, audit entries and cache keys: `task`. */
  noun: string;
  /** Below /api: `/tasks`. */
  path: string;
  read: Permission;
  write: Permission;
  schemas: {
    one: z.ZodType<T>;
    page: z.ZodType<{ items: Summary[]; nextCursor: string | null }>;
    create: z.ZodType<New>;
    change: z.ZodType<Change>;
  };
  /** Part of the caller's scope within which an id is looked for: also what keeps cached values apart. */
  scopeOf(caller: Principal): string;
  store(app: FastifyInstance): Store<T, New, Change, Summary>;
}

/** `createTask`, `listTasks`: names of methods in generated clients. */
const operationId = (verb: string, noun: string): string => `${verb}${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;

interface ById {
  Params: z.output<typeof common.id>;
}

/**
 * The five routes of a resource. Lists go to the database; by-id reads go through the cache, and writers forget there what
 * they changed. POST may carry an `Idempotency-Key`; the others know versions by their ETag. Every write is audited.
 */
export const resourceRoutes =
  <T extends Item, New, Change, Summary>(resource: Resource<T, New, Change, Summary>): FastifyPluginAsync =>
  async (app) => {
    const { noun, path, schemas, scopeOf } = resource;
    const store = resource.store(app);
    const reading = { access: resource.read };
    const writing = { access: resource.write };
    const plural = path.slice(1);
    const shared = { tags: [plural] };
    const byId = { ...shared, params: common.id };

    const cached = app.cache.define<T | null, Principal>({
      name: noun,
      kind: 'default',
      load: (key, caller) => store.find(caller, key.slice(key.lastIndexOf('/') + 1)),
    });
    const keyOf = (caller: Principal, id: string): string => `${scopeOf(caller)}/${id}`;

    app.get<{ Querystring: common.Page }>(
      path,
      {
        config: reading,
        schema: {
          ...shared,
          operationId: operationId('list', plural),
          summary: `The newest ${plural}, in pages`,
          querystring: common.page,
          response: { 200: schemas.page },
        },
      },
      (request) => store.list(callerOf(request), request.query),
    );

    app.post<{ Body: New }>(
      path,
      {
        config: writing,
        schema: {
          ...shared,
          operationId: operationId('create', noun),
          summary: `Make a ${noun}`,
          answerHeaders: { 201: ['location', 'etag', 'idempotency-replayed'] },
          headers: common.idempotencyHeaders,
          body: schemas.create,
          response: { 201: schemas.one },
        },
        links: { 201: linksTo(...['get', 'update', 'delete'].map((verb) => operationId(verb, noun))) },
      },
      (request, reply) =>
        app.idempotent(request, reply, async (tx) => {
          const made = await store.create(tx, callerOf(request), request.body as New);
          await app.audit(tx, request, { action: `${noun}.create`, target: made.id, outcome: 'success' });
          return { status: 201, headers: { location: `/api${path}/${made.id}`, etag: entityTag(made.version) }, body: made };
        }),
    );

    app.get<ById>(
      `${path}/:id`,
      {
        config: reading,
        schema: {
          ...byId,
          operationId: operationId('get', noun),
          summary: `A ${noun}`,
          answerHeaders: { 200: ['etag'], 304: ['etag'] },
          headers: common.freshnessHeaders,
          response: { 200: schemas.one, 304: z.undefined().describe('The caller has this version') },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request);
        const found = await cached.get(keyOf(caller, request.params.id), caller);
        if (!found) throw notFound(noun);
        reply.header('etag', entityTag(found.version));
        return isFresh(request.headers['if-none-match'], found.version) ? reply.code(304).send() : reply.send(found);
      },
    );

    app.patch<ById & { Body: Change }>(
      `${path}/:id`,
      {
        config: writing,
        schema: {
          ...byId,
          operationId: operationId('update', noun),
          summary: `Change a ${noun}`,
          answerHeaders: { 200: ['etag'] },
          headers: common.preconditionHeaders,
          body: schemas.change,
          response: { 200: schemas.one },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request);
        const { id } = request.params;
        const changed = await app.db.transaction(caller, async (tx) => {
          const row = await store.update(tx, caller, id, request.body as Change, versionsOf(request.headers['if-match']));
          await app.audit(tx, request, { action: `${noun}.update`, target: id, outcome: 'success' });
          return row;
        });
        // Not put: of two writers at once the earlier row might come last, and each If-Match with its ETag would fail until it expires.
        await cached.forget(keyOf(caller, id));
        return reply.header('etag', entityTag(changed.version)).send(changed);
      },
    );

    app.delete<ById>(
      `${path}/:id`,
      {
        config: writing,
        schema: {
          ...byId,
          operationId: operationId('delete', noun),
          summary: `Remove a ${noun}`,
          headers: common.preconditionHeaders,
          response: { 204: z.undefined() },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request);
        const { id } = request.params;
        await app.db.transaction(caller, async (tx) => {
          await store.remove(tx, caller, id, versionsOf(request.headers['if-match']));
          await app.audit(tx, request, { action: `${noun}.remove`, target: id, outcome: 'success' });
        });
        await cached.forget(keyOf(caller, id));
        return reply.code(204).send();
      },
    );
  };
