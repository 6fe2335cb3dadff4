import type { FastifyInstance } from 'fastify';
import { missed, ofVersion } from '../../entity-tag';
import type { Task as Row } from '../../prisma/client/client';
import type { Store } from '../../resource';
import { toPage } from '../../schemas';
import type { NewTask, Task, TaskChange } from './schemas';
import { newestTasks, taskById, tasksBefore } from './statements';

const present = ({ id, title, done, version, createdAt, updatedAt }: Row): Task => ({
  id,
  title,
  done,
  version,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** Tasks of the caller's organization. The reads are hot, so they go by named statements: Prisma costs three times as much. */
export const taskStore = ({ db }: Pick<FastifyInstance, 'db'>): Store<Task, NewTask, TaskChange, Task> => ({
  list: async (caller, { limit, cursor }) => {
    const { organizationId } = caller;
    const statement = cursor ? tasksBefore(organizationId, cursor, limit + 1) : newestTasks(organizationId, limit + 1);
    return toPage(await db.query<Task>(caller, statement), limit);
  },
  find: async (caller, id) => {
    const [task] = await db.query<Task>(caller, taskById(caller.organizationId, id));
    return task ?? null;
  },
  create: async (tx, { organizationId, userId }, task) =>
    present(await tx.task.create({ data: { ...task, organizationId, createdBy: userId } })),
  update: async (tx, { organizationId }, id, change, versions) => {
    const where = { id, organizationId };
    const [row] = await tx.task.updateManyAndReturn({
      where: { ...where, ...ofVersion(versions) },
      data: { ...change, version: { increment: 1 } },
    });
    if (!row) throw missed('task', await tx.task.count({ where }));
    return present(row);
  },
  remove: async (tx, { organizationId }, id, versions) => {
    const where = { id, organizationId };
    const { count } = await tx.task.deleteMany({ where: { ...where, ...ofVersion(versions) } });
    if (count === 0) throw missed('task', await tx.task.count({ where }));
  },
});
