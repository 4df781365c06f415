/**
 * How high things stood, second by second: every change counts, however short it was. Metrics only show the moment at
 * which they are asked; here is what that moment can be held against.
 */

type Level = 'db_connections_used' | 'db_connections_waiting' | 'queue_depth';

/** The lowest and the highest in a second (Unix s) in which it changed; in between it stayed as it was last. */
type Change = [second: number, low: number, high: number, last: number];

const MOST_CHANGES = 3_600;

export class Levels {
  private readonly changes: Readonly<Record<Level, Change[]>> = {
    db_connections_used: [],
    db_connections_waiting: [],
    queue_depth: [],
  };

  /** @param now Unix ms */
  set(level: Level, value: number, now = Date.now()): void {
    const changes = this.changes[level];
    const second = Math.floor(now / 1000);
    const last = changes.at(-1);
    if (last?.[0] === second) {
      last[1] = Math.min(last[1], value);
      last[2] = Math.max(last[2], value);
      last[3] = value;
      return;
    }
    const before = last?.[3] ?? 0;
    changes.push([second, Math.min(before, value), Math.max(before, value), value]);
    if (changes.length > MOST_CHANGES) changes.shift();
  }

  /** All changes that are remembered, the oldest first. Before the first one, all levels were 0. */
  all(): Readonly<Record<Level, readonly Change[]>> {
    return this.changes;
  }
}
