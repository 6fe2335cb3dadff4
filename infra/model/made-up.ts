import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Composition, compose } from './composition';
import type { Deployable } from './deployable';
import { codecOf } from './service';

/** A password for throw-away installations, by its name: the same at every synth, and of no use anywhere else. */
export const madeUp = ({ environmentName, system }: Deployable, name: string): string =>
  createHash('sha256').update(`${environmentName}/${system.name}/${name}`).digest('hex');

/**
 * A whole value, put together of made-up passwords. Where the service takes no such text under that variable, because it
 * wants an address, the value is one that nobody answers (RFC 2606).
 */
export const madeUpValue = (deployable: Deployable, composition: Composition, spelling?: string): string => {
  const value = compose(composition, (password) => madeUp(deployable, password));
  const codec = spelling && codecOf(spelling);
  return codec && !z.safeDecode(codec as z.core.$ZodType<unknown, string>, value).success ? `https://${value.slice(0, 12)}.invalid` : value;
};
