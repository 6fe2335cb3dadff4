import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { notFound, problemResponses } from '../../problem';
import * as schemas from './schemas';
import { type TaskStore, tasksOf } from './store';

const path = '/tasks';

const orNotFound = (task: schemas.Task | null): schemas.Task => {
  if (!task) throw notFound('task');
  return task;
};

/** Tasks of the token's subject. Another's task is not found, like one that never was. */
export const tasks: FastifyPluginAsyncZod = async (app) => {
  const own = (request: Pick<FastifyRequest, 'user'>): TaskStore => tasksOf(app, request.user.sub);
  const config = { public: false };
  const shared = { tags: ['tasks'], security: [{ token: [] }] };
  const byId = { ...shared, params: schemas.taskId };

  app.get(
    path,
    { config, schema: { ...shared, querystring: schemas.page, response: { 200: schemas.tasks, ...problemResponses } } },
    (request) => own(request).list(request.query),
  );

  app.post(
    path,
    { config, schema: { ...shared, body: schemas.newTask, response: { 201: schemas.task, ...problemResponses } } },
    async (request, reply) => {
      const created = await own(request).create(request.body);
      return reply.code(201).header('location', `${request.routeOptions.url}/${created.id}`).send(created);
    },
  );

  app.get(`${path}/:id`, { config, schema: { ...byId, response: { 200: schemas.task, ...problemResponses } } }, async (request) =>
    orNotFound(await own(request).find(request.params.id)),
  );

  app.patch(
    `${path}/:id`,
    { config, schema: { ...byId, body: schemas.taskChange, response: { 200: schemas.task, ...problemResponses } } },
    async (request) => orNotFound(await own(request).update(request.params.id, request.body)),
  );

  app.delete(
    `${path}/:id`,
    { config, schema: { ...byId, response: { 204: z.undefined(), ...problemResponses } } },
    async (request, reply) => {
      if (!(await own(request).remove(request.params.id))) throw notFound('task');
      return reply.code(204).send();
    },
  );
};
