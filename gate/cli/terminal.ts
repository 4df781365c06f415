/**
 * A run's words on a terminal: progress is one line that is redrawn; in a pipe it is one plain line now and then.
 */

import type { Progress } from '../runs/progress.ts';
import type { Screen } from '../runs/run.ts';
import { clock, duration } from './figures.ts';

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const PIPED_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';

/** @param env NO_COLOR and TERM=dumb turn redrawing off too: a screen reader or a log has no use for it */
export function terminalScreen(output: Output, env: Readonly<Record<string, string | undefined>>): Screen {
  const redraws = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  let drawn = false;
  let nextMs = PIPED_EVERY_MS;
  return {
    line(text) {
      output.write(`${drawn ? CLEAR_LINE : ''}${text}\n`);
      drawn = false;
    },
    progress(progress) {
      if (redraws) {
        output.write(`${CLEAR_LINE}${progressLine(progress)}`);
        drawn = true;
      } else if (progress.atMs >= nextMs) {
        output.write(`${progressLine(progress)}\n`);
        nextMs += PIPED_EVERY_MS;
      }
    },
  };
}

/** `1:23 of 4:35  normal  100 users  5.6 messages/s  p95 2.41 s  failed 0.0 %` */
export function progressLine({ atMs, plannedMs, phase, users, route, perSecond, p95, failed }: Progress): string {
  const unit = route === 'POST /api/chat' ? 'messages' : 'requests';
  return [
    `${clock(atMs)} of ${clock(plannedMs)}`,
    phase.padEnd(6),
    `${users} users`,
    `${perSecond.toFixed(1)} ${unit}/s`,
    `p95 ${p95 === undefined ? '-' : duration(p95)}`,
    `failed ${(failed * 100).toFixed(1)} %`,
  ].join('  ');
}
