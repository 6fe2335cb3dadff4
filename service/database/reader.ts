import type { ScopedReader } from './database';
import { logPosition } from './log-position';
import type { Marks } from './marks';
import { isRefusedWrite, isReplayConflict, outageReason } from './outage';
import { type Scope, scopeToRead } from './scope';
import type { Admission, Server } from './server';
import type { Watch } from './watch';

const behind = new Error('The replica has not replayed yet what this organization wrote.');

interface Sources {
  readonly primary: Server;
  readonly replica: Server;
  /** Of the replica. */
  readonly watch: Watch;
  readonly marks: Marks;
}

/** Whether the primary is to be asked instead. */
const isFaultOfReplica = (error: unknown, watch: Watch): boolean => {
  if (error === behind || isReplayConflict(error)) return true;
  // The replica says so first, but the primary would say the same.
  const reason = isRefusedWrite(error) ? undefined : outageReason(error);
  if (reason !== undefined) watch.failed(reason);
  return reason !== undefined;
};

export const replicaReader = ({ primary, replica, watch, marks }: Sources): ScopedReader => {
  const read = async <T>(scope: Scope, on: (server: Server, admit?: Admission) => Promise<T>): Promise<T> => {
    if (!watch.isUsable()) return on(primary);
    // Asked beside the replica, not before it: what was written before this read began is in either order known.
    const mark = marks.find(scope);
    try {
      return await on(replica, async ({ replayed }) => {
        const needed = await mark;
        if (needed !== undefined && (replayed === null || logPosition(replayed) < needed)) throw behind;
      });
    } catch (error) {
      if (!isFaultOfReplica(error, watch)) throw error;
      return on(primary);
    }
  };
  return {
    query: (scope, statement) => read(scope, (server, admit) => server.query(scopeToRead(scope), statement, admit)),
    transaction: (scope, work) => read(scope, (server, admit) => server.transaction(scopeToRead(scope), work, admit)),
  };
};
