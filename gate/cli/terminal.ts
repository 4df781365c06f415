/**
 * Words on a terminal while something long goes on: progress is one line that is redrawn; in a pipe it is one plain line
 * now and then.
 */

import { printable } from '../../src/wire/plain-text.ts';
import type { Progress } from '../runs/k6/progress.ts';
import type { Screen } from '../runs/run.ts';
import type { Report } from '../target/project.ts';
import { clock, count, duration } from './figures.ts';

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const PIPED_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';
const BAR_WIDTH = 20;
/** Of the longest table, calendar_events. */
const NAME_WIDTH = 15;

/** One line that can be redrawn, with others above it. */
interface Canvas {
  readonly redraws: boolean;
  line(text: string): void;
  redraw(text: string): void;
}

/** @param env NO_COLOR and TERM=dumb turn redrawing off too: a screen reader or a log has no use for it */
function canvas(output: Output, env: Readonly<Record<string, string | undefined>>): Canvas {
  let drawn = false;
  return {
    redraws: output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    line(text) {
      output.write(`${drawn ? CLEAR_LINE : ''}${printable(text)}\n`);
      drawn = false;
    },
    redraw(text) {
      output.write(`${CLEAR_LINE}${text}`);
      drawn = true;
    },
  };
}

/** What a run says. @param env see `canvas` */
export function terminalScreen(output: Output, env: Readonly<Record<string, string | undefined>>): Screen {
  const { redraws, line, redraw } = canvas(output, env);
  let nextMs = PIPED_EVERY_MS;
  let lastMs = 0;
  return {
    line,
    progress(progress) {
      // The next run of several begins at 0 again.
      if (progress.atMs < lastMs) nextMs = PIPED_EVERY_MS;
      lastMs = progress.atMs;
      if (redraws) redraw(progressLine(progress));
      else if (progress.atMs >= nextMs) {
        line(progressLine(progress));
        nextMs += PIPED_EVERY_MS;
      }
    },
  };
}

/** What seeding and cleaning say: a bar for each table, which stays when it is full. @param env see `canvas` */
export function terminalReport(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
  now: () => number = Date.now,
): Report {
  const { redraws, line, redraw } = canvas(output, env);
  const full = new Set<string>();
  let nextMs = now() + PIPED_EVERY_MS;
  return {
    line,
    progress(what, done, total) {
      const text = barLine(what, done, total);
      if (done === total) {
        if (total > 0 && !full.has(what)) line(text);
        full.add(what);
      } else if (redraws) redraw(text);
      else if (now() >= nextMs) {
        line(text);
        nextMs = now() + PIPED_EVERY_MS;
      }
    },
  };
}

/** `video_chunks     ##########----------  750 of 1,500` */
function barLine(what: string, done: number, total: number): string {
  const full = Math.floor((BAR_WIDTH * done) / total);
  return `${what.padEnd(NAME_WIDTH)}  ${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}  ${count(done)} of ${count(total)}`;
}

/** `1:23 of 4:35  normal  100 users  5.6 messages/s  p95 2.41 s  failed 0.0 %` */
function progressLine({ atMs, plannedMs, phase, users, route, perSecond, p95, failed }: Progress): string {
  const unit = route === 'POST /api/chat' ? 'messages' : 'requests';
  return [
    `${clock(atMs)} of ${clock(plannedMs)}`,
    phase.padEnd(6),
    `${users} ${users === 1 ? 'user' : 'users'}`,
    `${perSecond.toFixed(1)} ${unit}/s`,
    `p95 ${p95 === undefined ? '-' : duration(p95)}`,
    `failed ${(failed * 100).toFixed(1)} %`,
  ].join('  ');
}
