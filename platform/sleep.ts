import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; 0 doesn't even yield. */
export async function sleepMs(ms: number): Promise<void> {
  if (ms > 0) await sleep(ms);
}
