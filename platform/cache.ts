/** The app's cache: 15 minutes, and what was written is dropped at once. */

const TTL_MS = 15 * 60_000;
/** Entries kept; beyond that the oldest goes. */
const MOST_ENTRIES = 20_000;

export class Cache {
  hits = 0;
  misses = 0;
  private readonly entries = new Map<string, { value: unknown; until: number }>();
  private readonly on: boolean;

  constructor(on: boolean) {
    this.on = on;
  }

  get<T>(key: string, now = Date.now()): T | undefined {
    if (!this.on) return undefined;
    const entry = this.entries.get(key);
    if (entry && entry.until > now) {
      this.hits++;
      return entry.value as T;
    }
    this.misses++;
    return undefined;
  }

  set(key: string, value: unknown, now = Date.now()): void {
    if (!this.on || value === undefined) return;
    this.entries.delete(key);
    if (this.entries.size >= MOST_ENTRIES) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, { value, until: now + TTL_MS });
  }

  drop(key: string): void {
    this.entries.delete(key);
  }
}
