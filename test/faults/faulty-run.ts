/** One real run of the real program against a target that breaks, and what is wrong with what the run made of it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT } from '../../gate/cli/exit-codes.ts';
import { peakMemoryBytes } from '../../gate/judge/generator.ts';
import type { FailureKind } from '../../src/wire/api.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import type { Ended, ShortProject, StartedPlatform } from '../evidence/short-project.ts';
import { incomplete, traces } from './complete-run.ts';
import type { Dealt, Outcome } from './fault-proxy.ts';
import { FaultedTarget } from './faulted-target.ts';
import type { Fault } from './faults.ts';
import { COOL_DOWN_SECONDS, holdOf, type Load } from './short-load.ts';

/** What the proxy did, in the hold, as the kind that it must be counted as. */
const KIND_OF: Readonly<Record<Exclude<Outcome, 'answered' | 'slow' | 'hop'>, FailureKind>> = {
  reset: 'connection',
  half: 'connection',
  torn: 'connection',
  endless: 'timeout',
  stall: 'timeout',
  'wrong JSON': 'malformed',
  'redirect loop': 'redirect',
  'redirect elsewhere': 'redirect',
  'client error': 'client-error',
  'server error': 'server-error',
};
/** Outcomes of a chat request that takes longer than the limit of its p95, or fails. */
const OVER: readonly Outcome[] = [...(Object.keys(KIND_OF) as Outcome[]), 'slow'];

export interface FaultyRun {
  fault: Fault;
  exitCode: number;
  outcome: string;
  /** Failures by kind in the hold, as the run counted them. */
  counted: Counts;
  /** The same, from the proxy's record. */
  dealt: Counts;
  requests: number;
  /** Of k6. */
  peakBytes: number;
  /** Requests of the hold that k6 sent again by itself. */
  sentAgain: number;
  /** From the first user's start to k6's end. */
  seconds: number;
  /** The generator woke late, or had all the CPU it could use. */
  isStarved: boolean;
  /** One line each: none, when the run made of it what it must. */
  problems: string[];
}

/** Where the runs take place. */
export interface Faulty {
  project: ShortProject;
  /** That the project was shortened to. */
  load: Load;
  /** A platform for all runs that don't harm it. */
  shared: StartedPlatform;
}

type Counts = Partial<Record<FailureKind, number>>;

/** k6 waits so long for requests that are under way at the end (src/lib/once/plan.ts, GRACE), and then writes. */
const GRACE_SECONDS = 35;
const WRITING_SECONDS = 15;

const NO_RUN = {
  outcome: 'none',
  counted: {},
  dealt: {},
  requests: 0,
  peakBytes: 0,
  sentAgain: 0,
  seconds: 0,
  isStarved: false,
};

/** @param healthyBytes peak memory of k6 in a run without a fault, where it is known */
export async function faultyRun(place: Faulty, fault: Fault, healthyBytes?: number): Promise<FaultyRun> {
  const { project, load, shared } = place;
  const target = await FaultedTarget.start(project, fault.tls, fault.ownPlatform ? undefined : shared);
  const acting = atItsTime(fault, target, holdOf(load));
  try {
    const end = await runOn(target, place);
    const folder = /^Report: (.+)\/report\.html$/m.exec(end.stdout)?.[1];
    if (!folder) return { ...NO_RUN, fault, exitCode: end.exitCode, problems: [`no run: ${end.stderr}${end.stdout}`] };
    return await looked(fault, target, holdOf(load), end, join(project.root, folder), healthyBytes);
  } finally {
    await target.stop();
    await acting();
  }
}

/** The server's signals come through the proxy, too. */
export function runOn({ proxy, trust }: FaultedTarget, { project, load }: Faulty): Promise<Ended> {
  const args = ['run', 'chat', '--profile', load.profile, '--base-url', proxy.url];
  return project.launchgate(args, { ...trust, METRICS_URL: `${proxy.url}/metrics` });
}

/** Health is asked by the gate, by the contract test, and by the setup of the load. */
const SETUP_ASKS = 3;

/** @returns a wait for the end of what the fault does */
function atItsTime(fault: Fault, target: FaultedTarget, hold: string): () => Promise<void> {
  let healthAsked = 0;
  let acting = Promise.resolve();
  target.proxy.onRequest = ({ phase, route }) => {
    if (route === 'GET /api/health') healthAsked++;
    const isTime = fault.begins === 'load' ? phase === hold : healthAsked === SETUP_ASKS;
    if (!isTime) return;
    target.proxy.onRequest = () => undefined;
    acting = Promise.resolve(fault.act(target));
    acting.catch(() => undefined);
  };
  return () => acting;
}

async function looked(
  fault: Fault,
  { proxy }: FaultedTarget,
  hold: string,
  { exitCode, stdout, stderr }: Ended,
  folder: string,
  healthyBytes: number | undefined,
): Promise<FaultyRun> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const run = (await read('run.json')) as RunFile;
  const verdict = (await read('verdict.json')) as Verdict;
  const summary = (await read('summary.json')) as Summary;
  const inHold = proxy.record.filter(({ phase, outcome }) => phase === hold && outcome !== 'hop');
  const dealt = inHold.filter(({ isSentAgain }) => !isSentAgain);
  const fact = (criterion: string) => summary.facts.find((each) => each.criterion === criterion);
  const seen = fact('chat.failures.normal')?.seen ?? 0;
  // Whoever found the door shut was never seen by the proxy.
  const refused = seen - dealt.length;
  const done = countsOf(dealt, refused);
  const counted: Counts = {};
  for (const { kind, phase, count } of summary.failures) if (phase === hold) counted[kind] = count;
  const seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000;
  const plannedSeconds = Math.max(...run.windows.map(({ toMs }) => toMs)) / 1_000 + COOL_DOWN_SECONDS;
  const peakBytes = peakMemoryBytes(run.generator.readings);
  const over = dealt.filter(({ route, outcome }) => route === 'POST /api/chat' && OVER.includes(outcome)).length;
  const wrong = (isWrong: boolean, what: string) => (isWrong ? [what] : []);
  const reasons = verdict.reasons.map(({ text }) => text).join(' ');
  const found = (Object.keys(counted) as FailureKind[]).filter((kind) => !fault.kinds.includes(kind));
  const problems = [
    ...wrong(!fault.outcomes.includes(verdict.outcome), `verdict ${verdict.outcome}: ${reasons}`),
    ...wrong(exitCode !== EXIT[verdict.outcome as 'fail'], `exit code ${exitCode}`),
    ...traces(stdout + stderr),
    ...wrong(found.length > 0, `counted as ${found.join(', ')}`),
    ...wrong(fault.begins === 'load' && seen === 0, 'no request in the hold'),
    ...wrong(fault.kinds.length > 0 && Object.keys(counted).length === 0, 'nothing was counted'),
    ...wrong(text(counted) !== text(done), `counted ${text(counted)}, done ${text(done)}`),
    ...wrong(
      fault.begins === 'load' && (fact('chat.p95')?.over ?? 0) < over,
      `${fact('chat.p95')?.over} chat answers over the limit, ${over} done`,
    ),
    ...wrong(refused !== 0 && !proxy.hungUp, `the proxy saw ${dealt.length} requests, the run ${seen}`),
    ...wrong(proxy.strayed > 0, `${proxy.strayed} requests went elsewhere`),
    ...wrong(seconds > plannedSeconds + GRACE_SECONDS + WRITING_SECONDS, `it took ${seconds} s`),
    ...wrong(
      healthyBytes !== undefined && peakBytes > MOST_MEMORY * healthyBytes,
      `k6 took ${peakBytes} bytes, ${healthyBytes} without the fault`,
    ),
    ...(await incomplete(folder, run, verdict, summary)),
  ];
  return {
    ...{
      fault,
      exitCode,
      outcome: verdict.outcome,
      counted,
      dealt: done,
      requests: seen,
      peakBytes,
      seconds,
      problems,
    },
    isStarved: verdict.reasons.some(({ code }) => code === 'lateness' || code === 'generator-cpu'),
    sentAgain: inHold.length - dealt.length,
  };
}

/** Of what a healthy run takes. */
const MOST_MEMORY = 1.5;

function countsOf(dealt: readonly Dealt[], refused: number): Counts {
  const counts: Counts = refused > 0 ? { connection: refused } : {};
  for (const { outcome } of dealt) {
    if (outcome === 'answered' || outcome === 'slow' || outcome === 'hop') continue;
    const kind = KIND_OF[outcome];
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** `connection 12, timeout 3` */
export function text(counts: Counts): string {
  const entries = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
  return entries.map(([kind, count]) => `${kind} ${count}`).join(', ') || 'none';
}
