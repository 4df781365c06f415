/** The app's cache: 15 minutes, and what was written is dropped at once, group by group. */

const TTL_MS = 15 * 60_000;
/** Entries kept; beyond that the oldest goes. */
const MOST_ENTRIES = 20_000;

interface Entry {
  readonly group: string;
  readonly value: unknown;
  /** Unix ms. */
  readonly until: number;
}

export class Cache {
  hits = 0;
  misses = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly groups = new Map<string, Set<string>>();
  private readonly on: boolean;

  constructor(on: boolean) {
    this.on = on;
  }

  /** @param group what has to be written to make the entry stale, e.g. `student:<id>` @param now Unix ms */
  get<T>(group: string, name: string, now = Date.now()): T | undefined {
    if (!this.on) return undefined;
    const entry = this.entries.get(keyOf(group, name));
    if (entry && entry.until > now) {
      this.hits++;
      return entry.value as T;
    }
    this.misses++;
    return undefined;
  }

  set(group: string, name: string, value: unknown, now = Date.now()): void {
    if (!this.on || value === undefined) return;
    const key = keyOf(group, name);
    this.remove(key);
    if (this.entries.size >= MOST_ENTRIES) this.remove(this.entries.keys().next().value!);
    this.entries.set(key, { group, value, until: now + TTL_MS });
    const keys = this.groups.get(group);
    if (keys) keys.add(key);
    else this.groups.set(group, new Set([key]));
  }

  drop(group: string): void {
    for (const key of this.groups.get(group) ?? []) this.entries.delete(key);
    this.groups.delete(group);
  }

  clear(): void {
    this.entries.clear();
    this.groups.clear();
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    const keys = this.groups.get(entry.group)!;
    keys.delete(key);
    if (keys.size === 0) this.groups.delete(entry.group);
  }
}

function keyOf(group: string, name: string): string {
  return `${group} ${name}`;
}
