import { z } from 'zod';
import { codecOf } from './catalogue';

/**
 * The text form of a value under one spelling.
 * @throws z.ZodError when the value is not one that the setting allows; Error when the service does not read the name
 */
export const encode = (spelling: string, value: unknown): string => {
  const codec = codecOf(spelling);
  if (!codec) throw new Error(`${spelling} is not a variable that the service reads`);
  return z.encode(codec, value);
};
