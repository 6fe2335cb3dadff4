import type { Stack } from '../model/stack';
import { itellicoApi } from './itellico-api';
import { petBackend } from './pet-backend';
import { restApi } from './rest-api';
import { temporalApi } from './temporal-api';
import { todoBackend } from './todo-backend';

/** Every system that is synthesized. */
export const stacks: readonly Stack[] = [itellicoApi, petBackend, restApi, temporalApi, todoBackend];
