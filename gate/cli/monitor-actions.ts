/** The parts of `launchgate monitor`: waiting for health, watching, and the report at the end. */
import { extname } from 'node:path';
import type { Settings } from '../../src/wire/settings.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { healthOf, sourcesOf } from '../observe/sources.ts';
import { untilHealthy } from '../observe/until-healthy.ts';
import { watch } from '../observe/watch.ts';
import { watchReport, watchVerdict } from '../observe/watch-report.ts';
import { keepLaunchRecord } from '../release/launch-records.ts';
import { writeWhole } from '../runs/folder/whole-file.ts';
import { hostOf } from '../runs/run.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { monitorOutput } from './monitor-output.ts';
import { subjectNow } from './release-options.ts';

/** How long a deployment may take to become healthy. */
const WITHIN_MS = 10 * 60_000;

export interface MonitorOptions {
  /** ms */
  for?: number;
  out?: string;
  untilHealthy?: true;
  /** ms */
  within?: number;
  baseUrl?: string;
}

interface Monitoring extends MonitorOptions {
  settings: Settings;
  /** The folder results/. */
  results: string;
  signal: AbortSignal;
}

export async function monitor(request: Monitoring): Promise<void> {
  const { settings, untilHealthy: waits, for: plannedMs = null, out } = request;
  const problem = usageProblem(request) ?? (out === undefined ? undefined : await outProblem(out));
  if (problem !== undefined) return complain([problem], EXIT.usage);
  if (waits) {
    if (!(await becameHealthy(request))) return;
    if (plannedMs === null) return;
  }
  if (sourcesOf(settings).length === 0) console.error('No source of signals is set; waiting for a run to begin …');
  const seen = await watchServer(request, plannedMs);
  await close(request, seen);
}

function usageProblem({ settings, untilHealthy: waits, for: plannedMs }: Monitoring): string | undefined {
  if (waits && !settings.BASE_URL) return '--until-healthy needs BASE_URL, the address of the platform.';
  if (plannedMs !== undefined && sourcesOf(settings).length === 0) {
    return 'there is nothing to watch: set BASE_URL, METRICS_URL or another source, see `./launchgate settings`.';
  }
  return undefined;
}

/** Better said now than after a day. */
async function outProblem(out: string): Promise<string | undefined> {
  return writeWhole(out, '').then(
    () => undefined,
    (error: NodeJS.ErrnoException) => `--out ${out} can't be written (${error.code}).`,
  );
}

async function becameHealthy({ settings, within = WITHIN_MS, signal }: Monitoring): Promise<boolean> {
  const health = await untilHealthy({ health: healthOf(settings), withinMs: within, say: console.error, signal });
  if (health.ok)
    console.error(`${hostOf(settings.BASE_URL)} is healthy, after ${Math.round(health.tookMs / 1_000)} s.`);
  else complain([health.problem], signal.aborted ? EXIT.interrupted : EXIT.unreachable);
  return health.ok;
}

/**
 * Watches, and keeps what it sees: in `out`, and where the checklist reads it, once it has a set length.
 * @param output the terminal or the pipe, unless somebody wants neither
 */
export async function watchServer(
  { settings, results, signal, out }: Pick<Monitoring, 'settings' | 'results' | 'signal' | 'out'>,
  plannedMs: number | null,
  output = monitorOutput(process.stdout, process.env),
): Promise<WatchFile> {
  const target = targetOf(settings);
  const { revision } = await subjectNow(settings);
  // A watch without an end promises nothing that a checklist could ask for.
  const record = async (watch: WatchFile) => {
    if (plannedMs !== null) await keepLaunchRecord(results, 'watch', { ...watch, revision });
  };
  // What can't be written now may well be in a minute; the last time somebody is told.
  const keep = async (watch: WatchFile) => {
    if (out !== undefined) await write(out, watch).catch(() => undefined);
    await record(watch).catch(() => undefined);
  };
  const closed = new AbortController();
  // `| head` has seen enough.
  process.stdout.on('error', () => closed.abort());
  try {
    const watched = await watch({
      ...{ results, settings, target, plannedMs, sources: () => sourcesOf(settings) },
      signal: AbortSignal.any([signal, closed.signal]),
      tell: output.tell,
      draw: (monitor, startMs) => output.draw(monitor, { startMs, plannedMs, target }),
      keep,
    });
    await record(watched).catch((error: Error) => complain([`the watch can't be kept: ${error.message}.`], EXIT.ours));
    return watched;
  } finally {
    output.close();
  }
}

function targetOf({ BASE_URL, METRICS_URL }: Settings): string {
  return BASE_URL || METRICS_URL ? hostOf(BASE_URL || METRICS_URL) : 'the run in progress';
}

async function write(out: string, watch: WatchFile): Promise<void> {
  await writeWhole(out, extname(out) === '.json' ? `${JSON.stringify(watch, null, 2)}\n` : watchReport(watch));
}

/** The report, the verdict last, and the exit code. What is piped stays readings only. */
async function close({ out, for: plannedMs }: Monitoring, watch: WatchFile): Promise<void> {
  const say = process.stdout.isTTY ? console.log : console.error;
  if (out === undefined) say(watchReport(watch));
  else {
    await write(out, watch);
    say(`Report: ${out}`);
  }
  say(`${watch.target}: ${watchVerdict(watch)}`);
  process.exitCode = exitOf(watch, plannedMs !== undefined);
}

/** Without --for, Ctrl-C is the only end there is, and no promise was made of how long. */
function exitOf({ outcome, interrupted }: WatchFile, isBounded: boolean): number {
  if (interrupted && isBounded) return EXIT.interrupted;
  if (outcome === 'alerts') return EXIT.checkFailed;
  return outcome === 'inconclusive' && isBounded ? EXIT.inconclusive : EXIT.pass;
}
