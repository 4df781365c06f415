/** Waits until a platform that is being deployed is well. */
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { spanText } from './figures.ts';
import type { Source } from './source.ts';

/** While instances are replaced, some answer already and others not yet: so many looks in a row must be well. */
const IN_A_ROW = 3;

export type Health = { ok: true; tookMs: number } | { ok: false; problem: string };

interface Wait {
  /** A health check. */
  health: Source;
  withinMs: number;
  /** Takes a line whenever something else is seen. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** @returns ok as soon as it is well for some looks in a row, else one line that says what kept it */
export async function untilHealthy({ health, withinMs, say, signal }: Wait): Promise<Health> {
  const startMs = Date.now();
  let inARow = 0;
  let said = '';
  for (let dueMs = startMs; ; dueMs += LOOK_EVERY_MS) {
    const { values, problem = '' } = await health.look();
    const isWell = values.some((value) => value.signal === 'healthy' && value.value === 1);
    inARow = isWell ? inARow + 1 : 0;
    if (inARow >= IN_A_ROW) return { ok: true, tookMs: Date.now() - startMs };
    const seen = isWell ? 'it is healthy; looking again' : problem;
    if (seen !== said) say(`${health.name}: ${seen} …`);
    said = seen;
    const nextMs = Math.max(dueMs + LOOK_EVERY_MS, Date.now());
    if (nextMs > startMs + withinMs) {
      return { ok: false, problem: `${health.name}: not healthy within ${spanText(withinMs)}: ${seen}.` };
    }
    await wait(nextMs - Date.now(), signal);
    if (signal.aborted) return { ok: false, problem: `${health.name}: ${seen}; stopped waiting.` };
  }
}

/** Ends early when the signal aborts. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((over) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      over();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
