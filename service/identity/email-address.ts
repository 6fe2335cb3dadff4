import { z } from 'zod';

/** Compared and kept in lower case: nobody has two mailboxes that differ by case. */
export const emailAddress = z
  .email()
  .max(254)
  .transform((address) => address.toLowerCase());
