/**
 * The app's connections to the database. The engine behind may be one thread: what is limited here is how many the app
 * may hold, as a provider's plan does.
 */
import type { Levels } from '../levels.ts';
import { DatabaseError } from './database.ts';

export class Connections {
  readonly limit: number;
  private readonly waits: boolean;
  private inUse = 0;
  private readonly queue: (() => void)[] = [];
  private readonly levels: Levels | undefined;

  /**
   * @param waits true: a pool, in which requests wait their turn; false: direct connections, refused when none is free
   * @param levels where it is recorded how many are used and waited for
   */
  constructor(limit: number, waits: boolean, levels?: Levels) {
    this.limit = limit;
    this.waits = waits;
    this.levels = levels;
  }

  get used(): number {
    return this.inUse;
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** @throws DatabaseError 53300, in Postgres' words, when no direct connection is free */
  async acquire(): Promise<void> {
    if (this.inUse < this.limit) {
      this.inUse++;
      this.record();
      return;
    }
    if (!this.waits) {
      throw new DatabaseError(
        'remaining connection slots are reserved for non-replication superuser connections',
        '53300',
      );
    }
    await new Promise<void>((resolve) => {
      this.queue.push(resolve);
      this.record();
    });
  }

  release(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.inUse--;
    this.record();
  }

  private record(): void {
    this.levels?.set('db_connections_used', this.inUse);
    this.levels?.set('db_connections_waiting', this.queue.length);
  }
}
