import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version in the package.json of the working directory, as `npm start` and the image have it. */
export const readVersion = (folder: string): string => {
  try {
    return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  } catch {
    return 'unknown';
  }
};
