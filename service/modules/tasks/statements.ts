import type { Statement } from '../../database/statement';
import { timeText } from '../../database/time-text';

const columns = `id, title, done, version, ${timeText('created_at')} AS "createdAt", ${timeText('updated_at')} AS "updatedAt"`;

// Row-level security already shows no other organization. Said here as well, so that neither alone is trusted, and the
// planner has it at hand.
export const taskById = (organizationId: string, id: string): Statement => ({
  name: 'task-by-id',
  text: `SELECT ${columns} FROM tasks WHERE organization_id = $1 AND id = $2`,
  values: [organizationId, id],
});

export const newestTasks = (organizationId: string, limit: number): Statement => ({
  name: 'tasks-newest',
  text: `SELECT ${columns} FROM tasks WHERE organization_id = $1 ORDER BY id DESC LIMIT $2`,
  values: [organizationId, limit],
});

export const tasksBefore = (organizationId: string, cursor: string, limit: number): Statement => ({
  name: 'tasks-before',
  text: `SELECT ${columns} FROM tasks WHERE organization_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
  values: [organizationId, cursor, limit],
});
