/**
 * Whether the generator can be trusted. Each fault makes a run invalid and carries its figure. What the target does is
 * never a fault here: a slow or dead platform takes no user, no CPU and no punctuality away from a healthy k6.
 */
import type { Summary } from '../../src/wire/facts.ts';
import type { GeneratorReading, Reason, RunFile, Share } from '../../src/wire/run-files.ts';
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
const GAVE_UP_IN_SETUP = 108;

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
  255: 'wrong flags, a file or folder that is missing, or an output that could not begin',
};

/**
 * @param rebuilt facts came from samples because k6 wrote no summary
 * @returns nothing when the generator can be trusted. An interruption explains a k6 that was killed and a missing
 *   summary: for an interrupted run these two are no faults.
 */
export function generatorFaults(run: RunFile, summary: Summary | null, rebuilt: boolean): Reason[] {
  const machines = machinesOf(run).map((machine) => ({ ...machine, readings: underLoad(machine.readings, run) }));
  const faults = [
    ...machines.map(cpuFault),
    ...machines.map(memoryFault),
    summary && latenessFault(machines, summary),
    summary && usersFault(run, summary),
    summary && exceptionsFault(summary),
    ...machinesOf(run).map(clockFault),
    ...ends(run).map(({ who, k6 }) => limitFault(who, k6)),
    ...(run.interrupted ? [] : ends(run).map(({ who, k6 }) => crashFault(who, k6))),
    run.interrupted ? undefined : factsFault(summary, rebuilt),
  ];
  return faults.filter((fault) => fault != null);
}

/** What k6 ran on, and who it was there: `k6`, or a share of the load that had a machine of its own. */
interface Machine extends Readonly<RunFile['generator']> {
  who: string;
}

function machinesOf({ generator, shares = [] }: RunFile): Machine[] {
  const own = shares.flatMap((share) => (share.generator ? [{ ...share.generator, who: `k6 of ${share.name}` }] : []));
  return own.length > 0 ? own : [{ ...generator, who: 'k6' }];
}

/** After the last hold nothing is judged; writing the summary may take all the CPU it likes. */
function underLoad(readings: readonly GeneratorReading[], { windows }: RunFile): GeneratorReading[] {
  const end = Math.max(0, ...windows.map(({ toMs }) => toMs));
  return readings.filter(({ atMs }) => atMs <= end);
}

function cpuFault({ who, cores: all, readings }: Machine): Reason | undefined {
  const worst = busiest(readings, ({ cores }) => cores / all);
  if (!worst || worst.mean <= CPU_LIMIT) return undefined;
  return {
    code: 'generator-cpu',
    text: `${who} used ${percent(worst.mean)} of its ${count(all)} cores for 10 s (until ${duration(worst.untilMs)}); above ${percent(CPU_LIMIT)} its own timing counts as latency.`,
  };
}

/** 0 where memory was not measured. */
export function peakMemoryBytes(readings: readonly GeneratorReading[]): number {
  return Math.max(0, ...readings.map(({ rssBytes }) => rssBytes));
}

function memoryFault({ who, memoryBytes, readings }: Machine): Reason | undefined {
  const share = peakMemoryBytes(readings) / memoryBytes;
  if (!(share > MEMORY_LIMIT)) return undefined;
  return {
    code: 'generator-memory',
    text: `${who} used ${percent(share)} of the machine's memory; above ${percent(MEMORY_LIMIT)} it swaps or is killed.`,
  };
}

/** Pauses end late when k6 gets no CPU: its own fault, or that of a neighbour on the machine. */
function latenessFault(machines: readonly Machine[], { latenessMs }: Summary): Reason | undefined {
  if (!latenessMs || latenessMs.p99 <= LATENESS_LIMIT_MS) return undefined;
  const most = (loadOn: (machine: Machine) => ReturnType<typeof busiest>) =>
    Math.max(...machines.map((machine) => loadOn(machine)?.mean ?? 0));
  const own = most(({ cores: all, readings }) => busiest(readings, ({ cores }) => cores / all));
  const machine = most(({ readings }) => busiest(readings, ({ machineBusy }) => machineBusy ?? 0));
  // A pod tells nothing of its CPU: then lateness is all that there is to go by.
  if (machines.every(({ readings }) => readings.length === 0)) {
    return {
      code: 'lateness',
      text: `Users woke ${duration(latenessMs.p99)} late (p99; ${duration(LATENESS_LIMIT_MS)} allowed), and the generators' CPU was not measured.`,
    };
  }
  if (own <= BUSY.generator && machine <= BUSY.machine) return undefined;
  const busy =
    machine > BUSY.machine ? `the machine's CPU was ${percent(machine)} busy` : `k6 used ${percent(own)} of its cores`;
  return {
    code: 'lateness',
    text: `Users woke ${duration(latenessMs.p99)} late (p99; ${duration(LATENESS_LIMIT_MS)} allowed) while ${busy}.`,
  };
}

/**
 * Only holds that the run came to count: a run that ended early had no chance to bring its users, and neither had one that
 * waited in setup, perhaps for longer than the first ramp, for a target that did not answer.
 */
function usersFault({ windows, k6 }: RunFile, { durationMs, totals }: Summary): Reason | undefined {
  if (totals.maxUsers === 0 && k6.exitCode === GAVE_UP_IN_SETUP) return undefined;
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

function clockFault({ clockJumpsMs }: Machine): Reason | undefined {
  const jump = clockJumpsMs.reduce((most, ms) => (Math.abs(ms) > Math.abs(most) ? ms : most), 0);
  if (Math.abs(jump) <= CLOCK_JUMP_LIMIT_MS) return undefined;
  return { code: 'clock-jump', text: `The machine's clock jumped by ${duration(jump)}.` };
}

/** How every process ended that somebody watched: one that died took its users away, and nobody knows what they would have met. */
function ends({ k6, shares }: RunFile): { who: string; k6: NonNullable<Share['k6']> }[] {
  if (!shares) return [{ who: 'k6', k6 }];
  return shares.flatMap((share) => (share.k6 ? [{ who: `k6 of ${share.name}`, k6: share.k6 }] : []));
}

/** What could not even be sent is no fault of the target's. */
function limitFault(who: string, { shortOf }: NonNullable<Share['k6']>): Reason | undefined {
  if (shortOf === undefined) return undefined;
  const fix = shortOf.startsWith('too many open files') ? '; raise `ulimit -n`' : '';
  return { code: 'generator-limit', text: `This machine refused ${who} connections: ${shortOf}${fix}.` };
}

function crashFault(who: string, k6: NonNullable<Share['k6']>): Reason | undefined {
  if (k6.exitCode !== null && ORDERLY_EXITS.includes(k6.exitCode)) return undefined;
  const how =
    k6.exitCode === null
      ? `was ended by ${k6.signal ?? 'a signal'}`
      : `ended with exit code ${k6.exitCode}${EXIT_MEANINGS[k6.exitCode] ? ` (${EXIT_MEANINGS[k6.exitCode]})` : ''}`;
  return { code: 'k6-crashed', text: [`${who} ${how}.`, k6.errors.at(-1)].filter(Boolean).join(' ') };
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
