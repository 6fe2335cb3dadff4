import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Task as Row } from '../../prisma/client/client';
import type * as schemas from './schemas';

type Task = schemas.Task;

const present = ({ id, title, done, createdAt, updatedAt }: Row): Task => ({
  id,
  title,
  done,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

export interface TaskStore {
  list(page: z.output<typeof schemas.page>): Promise<z.output<typeof schemas.tasks>>;
  create(task: z.output<typeof schemas.newTask>): Promise<Task>;
  /** Null when the owner has no such task. */
  find(id: string): Promise<Task | null>;
  update(id: string, change: z.output<typeof schemas.taskChange>): Promise<Task | null>;
  remove(id: string): Promise<boolean>;
}

/**
 * The tasks of one owner: nothing here can reach another's. By-id reads go through the cache: a writer puts the new row
 * there (null once removed) and a reader only fills a gap, so a read that was under way cannot bring the old row back.
 */
export const tasksOf = ({ prisma, cache }: Pick<FastifyInstance, 'prisma' | 'cache'>, owner: string): TaskStore => {
  const key = (id: string): string => `task:${owner}:${id}`;
  return {
    list: async ({ limit, cursor }) => {
      const rows = await prisma.task.findMany({
        where: { owner, ...(cursor ? { id: { lt: cursor } } : {}) },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const items = rows.slice(0, limit).map(present);
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    create: async (task) => present(await prisma.task.create({ data: { ...task, owner } })),
    find: async (id) => {
      const cached = await cache.get(key(id));
      if (cached !== undefined) return cached as Task | null;
      const row = await prisma.task.findFirst({ where: { id, owner } });
      if (!row) return null;
      const found = present(row);
      await cache.add(key(id), found);
      return found;
    },
    update: async (id, change) => {
      const [row] = await prisma.task.updateManyAndReturn({ where: { id, owner }, data: change });
      if (!row) return null;
      const updated = present(row);
      await cache.set(key(id), updated);
      return updated;
    },
    remove: async (id) => {
      const { count } = await prisma.task.deleteMany({ where: { id, owner } });
      if (count > 0) await cache.set(key(id), null);
      return count > 0;
    },
  };
};
