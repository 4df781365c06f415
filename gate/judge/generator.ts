/**
 * Whether the generator can be trusted. Each fault makes a run invalid and carries its figure. What the target does is
 * never a fault here: a slow or dead platform takes no user, no CPU and no punctuality away from a healthy k6.
 */
import type { Summary } from '../../src/wire/facts.ts';
import type { GeneratorReading, Reason, RunFile } from '../../src/wire/run-files.ts';
import { count, duration, percent } from './figures.ts';

/** k6's own advice for large tests: at least 20 % of the CPU idle, at most 90 % of the memory used. */
const CPU_LIMIT = 0.8;
const MEMORY_LIMIT = 0.9;
/** A shorter burst (start of 1,000 users, a garbage collection) is felt by nobody. */
const SUSTAINED_MS = 10_000;
const LATENESS_LIMIT_MS = 100;
/** From here on CPU is a likely cause of lateness: of k6's own cores, or of the whole machine. */
const BUSY = { generator: 0.5, machine: 0.8 } as const;
const CLOCK_JUMP_LIMIT_MS = 1_000;
/** k6 counts users once a second. */
const USERS_SEEN_AFTER_MS = 2_000;

/**
 * Exit codes of a k6 that was asked to stop and wrote its summary: 103 by REST, 105 by SIGINT or SIGTERM, 108 by our own
 * script, which aborts for a reason that the target gave (nobody answers in setup). How far the run came is judged hold
 * by hold.
 */
export const STOPPED_EXITS: readonly number[] = [103, 105, 108];

/** How k6 may end without having crashed; 99 says that thresholds failed. */
const ORDERLY_EXITS: readonly number[] = [0, 99, ...STOPPED_EXITS];

/** Exit codes that k6 documents, for people. */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  97: 'the cloud run failed',
  98: 'the cloud run could not be followed',
  100: 'setup did not end in time',
  101: 'teardown did not end in time',
  102: 'it did not end in time',
  104: 'invalid options',
  106: 'its REST API could not start',
  107: 'the script threw outside an iteration',
  109: 'it panicked',
  110: 'the script marked the test as failed',
  255: 'wrong flags, or a file or folder is missing',
};

/**
 * @param rebuilt facts came from samples because k6 wrote no summary
 * @returns nothing when the generator can be trusted. An interruption explains a k6 that was killed and a missing
 *   summary: for an interrupted run these two are no faults.
 */
export function generatorFaults(run: RunFile, summary: Summary | null, rebuilt: boolean): Reason[] {
  const underLoad = readingsUnderLoad(run);
  const faults = [
    cpuFault(run, underLoad),
    memoryFault(run, underLoad),
    summary && latenessFault(run, summary, underLoad),
    summary && usersFault(run, summary),
    summary && exceptionsFault(summary),
    clockFault(run),
    run.interrupted ? undefined : crashFault(run),
    run.interrupted ? undefined : factsFault(summary, rebuilt),
  ];
  return faults.filter((fault) => fault != null);
}

/** After the last hold nothing is judged; writing the summary may take all the CPU it likes. */
function readingsUnderLoad({ windows, generator }: RunFile): GeneratorReading[] {
  const end = Math.max(0, ...windows.map(({ toMs }) => toMs));
  return generator.readings.filter(({ atMs }) => atMs <= end);
}

function cpuFault({ generator }: RunFile, readings: GeneratorReading[]): Reason | undefined {
  const worst = busiest(readings, ({ cores }) => cores / generator.cores);
  if (!worst || worst.mean <= CPU_LIMIT) return undefined;
  return {
    code: 'generator-cpu',
    text: `k6 used ${percent(worst.mean)} of its ${count(generator.cores)} cores for 10 s (until ${duration(worst.untilMs)}); above ${percent(CPU_LIMIT)} its own timing counts as latency.`,
  };
}

function memoryFault({ generator }: RunFile, readings: GeneratorReading[]): Reason | undefined {
  const share = Math.max(0, ...readings.map(({ rssBytes }) => rssBytes)) / generator.memoryBytes;
  if (!(share > MEMORY_LIMIT)) return undefined;
  return {
    code: 'generator-memory',
    text: `k6 used ${percent(share)} of the machine's memory; above ${percent(MEMORY_LIMIT)} it swaps or is killed.`,
  };
}

/** Pauses end late when k6 gets no CPU: its own fault, or that of a neighbour on the machine. */
function latenessFault(
  { generator }: RunFile,
  { latenessMs }: Summary,
  readings: GeneratorReading[],
): Reason | undefined {
  if (!latenessMs || latenessMs.p99 <= LATENESS_LIMIT_MS) return undefined;
  const own = busiest(readings, ({ cores }) => cores / generator.cores)?.mean ?? 0;
  const machine = busiest(readings, ({ machineBusy }) => machineBusy ?? 0)?.mean ?? 0;
  if (own <= BUSY.generator && machine <= BUSY.machine) return undefined;
  const busy =
    machine > BUSY.machine ? `the machine's CPU was ${percent(machine)} busy` : `k6 used ${percent(own)} of its cores`;
  return {
    code: 'lateness',
    text: `Users woke ${duration(latenessMs.p99)} late (p99; ${duration(LATENESS_LIMIT_MS)} allowed) while ${busy}.`,
  };
}

/** Only holds that the run came to count: a run that ended early had no chance to bring its users. */
function usersFault({ windows }: RunFile, { durationMs, totals }: Summary): Reason | undefined {
  const reached = windows.filter(({ fromMs }) => fromMs + USERS_SEEN_AFTER_MS <= durationMs);
  const planned = Math.max(0, ...reached.map(({ users }) => users));
  if (totals.maxUsers >= planned) return undefined;
  return { code: 'too-few-users', text: `Only ${count(totals.maxUsers)} of ${count(planned)} users were there.` };
}

/** k6 exits 0 even when every iteration throws. */
function exceptionsFault({ totals }: Summary): Reason | undefined {
  if (totals.exceptions === 0) return undefined;
  return {
    code: 'script-exceptions',
    text: `The test script threw in ${count(totals.exceptions)} of ${count(totals.iterations)} iterations.`,
  };
}

function clockFault({ generator }: RunFile): Reason | undefined {
  const jump = generator.clockJumpsMs.reduce((most, ms) => (Math.abs(ms) > Math.abs(most) ? ms : most), 0);
  if (Math.abs(jump) <= CLOCK_JUMP_LIMIT_MS) return undefined;
  return { code: 'clock-jump', text: `The machine's clock jumped by ${duration(jump)}.` };
}

function crashFault({ k6 }: RunFile): Reason | undefined {
  if (k6.exitCode !== null && ORDERLY_EXITS.includes(k6.exitCode)) return undefined;
  const how =
    k6.exitCode === null
      ? `was ended by ${k6.signal ?? 'a signal'}`
      : `ended with exit code ${k6.exitCode}${EXIT_MEANINGS[k6.exitCode] ? ` (${EXIT_MEANINGS[k6.exitCode]})` : ''}`;
  return { code: 'k6-crashed', text: [`k6 ${how}.`, k6.errors.at(-1)].filter(Boolean).join(' ') };
}

function factsFault(summary: Summary | null, rebuilt: boolean): Reason | undefined {
  if (!summary) return { code: 'facts-missing', text: 'k6 wrote no summary and no samples.' };
  if (!rebuilt) return undefined;
  return {
    code: 'facts-missing',
    text: 'k6 wrote no summary; the figures were rebuilt from the samples that it left.',
  };
}

/** The busiest stretch of 10 s, weighted by time: readings come about once a second, but not on the dot. */
function busiest(
  readings: GeneratorReading[],
  load: (reading: GeneratorReading) => number,
): { mean: number; untilMs: number } | undefined {
  let most: { mean: number; untilMs: number } | undefined;
  let first = 0;
  let area = 0;
  const spanMs = (index: number) => readings[index]!.atMs - (readings[index - 1]?.atMs ?? 0);
  readings.forEach((reading, last) => {
    area += load(reading) * spanMs(last);
    while (first < last && reading.atMs - readings[first]!.atMs >= SUSTAINED_MS) {
      area -= load(readings[first]!) * spanMs(first);
      first++;
    }
    const lasted = reading.atMs - (readings[first - 1]?.atMs ?? 0);
    const mean = area / lasted;
    if (lasted >= SUSTAINED_MS && mean > (most?.mean ?? -1)) most = { mean, untilMs: reading.atMs };
  });
  return most;
}
