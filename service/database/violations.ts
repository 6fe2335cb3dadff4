import { Prisma } from '../prisma/client/client';

const hasCode = (error: unknown, code: string): boolean => error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;

/** Whether a unique index refused a row, as Prisma says it. */
export const isUniqueViolation = (error: unknown): boolean => hasCode(error, 'P2002');

/** Whether a row refers to one that is not there, as Prisma says it. */
export const isMissingReference = (error: unknown): boolean => hasCode(error, 'P2003');
