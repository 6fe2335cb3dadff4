import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from './account';

/**
 * Runs one of PostgreSQL's tools to its end, as the server's account.
 * @throws Error with all that the tool printed
 */
export const runTool = async (program: string, args: readonly string[], account: Account | undefined): Promise<void> => {
  const child = spawn(program, args, {
    ...account,
    // The current folder may be closed to the account.
    cwd: '/',
    // English messages.
    env: { ...process.env, LC_ALL: 'C' },
    // Ctrl-C in our terminal would cut it short, and nobody would know what it left running.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code, signal] = await once(child, 'close').catch((error: Error) => {
    throw new Error(
      `${program} cannot be run: ${error.message}. It needs glibc, which Alpine does not have; set DATABASE_URL to a server of your own there.`,
    );
  });
  if (code !== 0) throw new Error(`${program} ended with ${signal ?? `exit code ${code}`}: ${printed.trim()}`);
};
