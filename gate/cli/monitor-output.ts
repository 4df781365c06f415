/** What a monitor writes: a screen on a terminal, a line of JSON a reading anywhere else. */
import type { WriteStream } from 'node:tty';
import type { Monitor, MonitorEvent } from '../observe/monitor.ts';
import { type Frame, monitorFrame } from '../observe/monitor-screen.ts';

export interface MonitorOutput {
  tell(event: MonitorEvent): void;
  draw(monitor: Monitor, frame: Pick<Frame, 'startMs' | 'plannedMs' | 'target'>): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** A second screen, so that what stood on the terminal is there again afterwards; without a cursor that jumps. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** A terminal that can't redraw gets the frame anew, now and then. */
const PLAIN_EVERY_MS = 30_000;
const PLAIN = { columns: 80, rows: Number.POSITIVE_INFINITY, coloured: false } as const;

/** @param env NO_COLOR draws without colours, TERM=dumb without a screen */
export function monitorOutput(
  output: Pick<WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'>,
  env: Readonly<Record<string, string | undefined>>,
): MonitorOutput {
  if (!output.isTTY) return jsonLines(output);
  return env.TERM === 'dumb' ? plainFrames(output) : screen(output, !env.NO_COLOR);
}

function jsonLines(output: Pick<WriteStream, 'write'>): MonitorOutput {
  return {
    tell: (event) => output.write(`${JSON.stringify(event)}\n`),
    draw: () => undefined,
    close: () => undefined,
  };
}

function plainFrames(output: Pick<WriteStream, 'write'>): MonitorOutput {
  let dueMs = 0;
  return {
    tell: () => undefined,
    draw(monitor, frame) {
      const nowMs = Date.now();
      if (nowMs < dueMs) return;
      dueMs = nowMs + PLAIN_EVERY_MS;
      output.write(`${monitorFrame(monitor, { ...frame, ...PLAIN, nowMs }).join('\n')}\n\n`);
    },
    close: () => undefined,
  };
}

function screen(output: Pick<WriteStream, 'write' | 'columns' | 'rows'>, coloured: boolean): MonitorOutput {
  output.write(ENTER);
  const leave = () => output.write(LEAVE);
  // Also when something goes wrong: a terminal without a cursor is no place to read an error.
  process.once('exit', leave);
  return {
    tell: () => undefined,
    draw(monitor, frame) {
      const { columns = 80, rows = 24 } = output;
      const lines = monitorFrame(monitor, { ...frame, nowMs: Date.now(), columns, rows, coloured });
      output.write(`${HOME}${lines.map((line) => `${line}${CLEAR_TO_LINE_END}`).join('\n')}${CLEAR_BELOW}`);
    },
    close() {
      process.off('exit', leave);
      leave();
    },
  };
}
