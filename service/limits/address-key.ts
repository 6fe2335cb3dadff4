import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/**
 * What a client is counted by: its address, and all of a /64, which one client has to itself, so that changing addresses
 * within it does not help. Who is gone before the request was looked at has no address any more.
 */
export const addressKey = ({ ip }: Pick<FastifyRequest, 'ip'>): string => ((ip as string | undefined) ? normalizeIP(ip, 64) : 'gone');
