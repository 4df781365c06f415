/** Looks at sources again and again, each at its own pace, on one clock. */

import type { Look } from '../../src/wire/looks.ts';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import type { Source } from './source.ts';

/** When a look was over, Unix ms, and what it saw. */
export type OnLook = (source: Source, look: Look, atMs: number) => void;

/** Sources are looked at one after the other: a health check in the middle of a look at the connections is one of them. */
const APART_MS = 200;

/**
 * Every source is looked at in the middle of each of its intervals: readings at their seams would fall twice into one
 * and never into the next. A look that is still going on when the next is due stands for both.
 * @param startMs Unix ms
 * @returns ends it: when it resolves, no look is going on and all sources are closed
 */
export function pollSources(sources: readonly Source[], startMs: number, onLook: OnLook): () => Promise<void> {
  const polls = sources.map((source, index) => pollSource(source, startMs + index * APART_MS, onLook));
  return async () => {
    await Promise.all(polls.map((stop) => stop()));
    await Promise.all(sources.map((source) => source.close()));
  };
}

function pollSource(source: Source, startMs: number, onLook: OnLook): () => Promise<void> {
  const everyMs = Math.max(source.everyMs, LOOK_EVERY_MS);
  let timer: NodeJS.Timeout;
  let looking = Promise.resolve();
  let stopped = false;
  const look = async () => {
    const seen = await source.look();
    if (!stopped) onLook(source, seen, Date.now());
  };
  const schedule = (plannedMs: number) => {
    // A clock that was set back puts off no look by as much.
    const dueMs = Math.min(plannedMs, Date.now() + everyMs);
    timer = setTimeout(
      () => {
        looking = look().finally(() => {
          const missed = Math.max(0, Math.floor((Date.now() - dueMs) / everyMs));
          if (!stopped) schedule(dueMs + (1 + missed) * everyMs);
        });
      },
      Math.max(0, dueMs - Date.now()),
    );
  };
  // A source of once a minute is looked at early, too: its value is as good as any.
  schedule(startMs + LOOK_EVERY_MS / 2);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
  };
}
