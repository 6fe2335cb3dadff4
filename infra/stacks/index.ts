import type { Stack } from '../model/stack';
import { itellicoApi } from './itellico-api';
import { restApi } from './rest-api';

/** Every system that is synthesized. */
export const stacks: readonly Stack[] = [itellicoApi, restApi];
