import { mock } from 'node:test';

/** Stops the clock at a time. It goes on by `pass`, until the test's end. */
export function stopClock(t: { after: (end: () => void) => void }, nowMs = 0): void {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: nowMs });
  t.after(() => mock.timers.reset());
}

/** Runs the clock, and lets what is due happen. */
export async function pass(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 100) {
    mock.timers.tick(100);
    await new Promise((turn) => setImmediate(turn));
  }
}
