import { resourceRoutes } from '../../resource';
import * as schemas from './schemas';
import { taskStore } from './store';

/** Tasks of the caller's organization: whoever is a member sees them. */
export const tasks = resourceRoutes({
  noun: 'task',
  path: '/tasks',
  read: 'task.read',
  write: 'task.write',
  schemas: { one: schemas.task, page: schemas.tasks, create: schemas.newTask, change: schemas.taskChange },
  scopeOf: ({ organizationId }) => organizationId,
  store: taskStore,
});
