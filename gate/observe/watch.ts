/** A watch of the server: as long as it is asked for, or until it is ended. */
import type { Settings } from '../../src/wire/settings.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { startFeed } from './feed.ts';
import { Monitor, type MonitorEvent } from './monitor.ts';
import type { Source } from './source.ts';
import { WatchRecord } from './watch-record.ts';

/** How often silence is judged, and the screen drawn. */
const TICK_MS = 1_000;
/** A watch of a day that is killed leaves all but its last minute. */
const KEEP_EVERY_MS = 60_000;

export interface WatchRequest {
  /** The folder results/: a run in progress is found there. */
  results: string;
  settings: Settings;
  sources: () => readonly Source[];
  /** What is watched, for people. */
  target: string;
  /** null watches until it is aborted. */
  plannedMs: number | null;
  signal: AbortSignal;
  tell: (event: MonitorEvent) => void;
  draw: (monitor: Monitor, startMs: number) => void;
  /** Takes the report as it stands, now and then. */
  keep: (watch: WatchFile) => Promise<void>;
}

/** @returns the report, when the time is over or the signal aborts */
export async function watch(request: WatchRequest): Promise<WatchFile> {
  const { results, settings, sources, target, plannedMs, signal, tell, draw, keep } = request;
  const startMs = Date.now();
  const record = new WatchRecord(target, startMs, plannedMs);
  const monitor = new Monitor(record, startMs, tell);
  const stopFeed = startFeed({
    ...{ results, settings, sources },
    looked: (look) => monitor.looked(look),
    ran: (run) => monitor.ran(run, Date.now()),
    progressed: (progress) => monitor.progressed(progress, Date.now()),
  });
  let keeping = Promise.resolve();
  let keptMs = startMs;
  const endMs = await new Promise<number>((over) => {
    const tick = () => {
      const nowMs = Date.now();
      monitor.evaluate(nowMs);
      draw(monitor, startMs);
      if (nowMs >= keptMs + KEEP_EVERY_MS) {
        keptMs = nowMs;
        keeping = keeping.then(() => keep(record.report(nowMs, true)));
      }
      if (signal.aborted || (plannedMs !== null && nowMs >= startMs + plannedMs)) {
        clearInterval(timer);
        over(nowMs);
      }
    };
    const timer = setInterval(tick, TICK_MS);
    signal.addEventListener('abort', tick, { once: true });
    tick();
  });
  await stopFeed();
  await keeping;
  return record.report(endMs, signal.aborted);
}
