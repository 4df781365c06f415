/** One case: the attack, and what must be true after it. */
import { relative } from 'node:path';
import { EXIT } from '../../gate/cli/exit-codes.ts';
import { samplesIn } from '../../gate/runs/folder/run-folder.ts';
import type { Verdict } from '../../src/wire/run-files.ts';
import { type Ended, type Home, isJudged } from './home.ts';

export interface Case {
  name: string;
  /** Why it can't be shown here, if so. */
  skip?: string | undefined;
  /** What it may exit with: a code, or the signal that ended it. */
  exits: readonly (number | NodeJS.Signals)[];
  /** What the verdict of its run may be; absent where it may have none. */
  outcomes?: readonly string[];
  attack(home: Home, before: readonly string[]): Promise<Ended>;
}

/** A line of the table. */
export interface Row {
  name: string;
  happened: string;
  exit: string;
  left: string;
  next: string;
  readable: string;
  /** All of it as promised. */
  holds: boolean;
}

/** A run as everybody makes it: whatever happened before, it is to end with a verdict on the platform. */
const NEXT = ['run', 'chat', '--profile', 'smoke'];

/** What an attack left behind. */
export interface Aftermath {
  ended: Ended;
  /** Command lines of what still runs. */
  left: readonly string[];
  /** Of each run of which something was measured: what `report` said, and the verdict that it has now. */
  runs: readonly { report: Ended; verdict: Verdict | undefined }[];
  next: { ended: Ended; verdict: Verdict | undefined };
}

export async function attacked(home: Home, each: Case): Promise<Row> {
  const { name, skip, attack } = each;
  if (skip !== undefined) {
    return { name, happened: `skipped: ${skip}`, exit: '–', left: '–', next: '–', readable: '–', holds: true };
  }
  home.begin();
  const before = await home.runs();
  const ended = await attack(home, before);
  const left = await home.leftRunning();
  const runs = [];
  const after = await home.runs();
  for (const folder of after.filter((made) => !before.includes(made))) {
    // A folder without either is of a run that was killed before its load: nothing was measured.
    if (samplesIn(folder) === undefined && !isJudged(folder)) continue;
    const report = await home.launch(['report', relative(home.root, folder)]).ended;
    runs.push({ report, verdict: await home.verdict(folder) });
  }
  const next = await home.launch([...NEXT, '--base-url', home.platform]).ended;
  const made = (await home.runs()).find((folder) => !after.includes(folder));
  return rowOf(each, {
    ended,
    left,
    runs,
    next: { ended: next, verdict: made ? await home.verdict(made) : undefined },
  });
}

/** Holds what was left against what was promised. */
export function rowOf({ name, exits, outcomes }: Case, { ended, left, runs, next }: Aftermath): Row {
  const unreadable = runs.find(({ report }) => report.exitCode !== EXIT.pass);
  const isBusy = runs.length > 0 && runs.every(({ verdict }) => isOfBusyMachine(verdict));
  const exit = ended.signal ?? ended.exitCode ?? 0;
  const found = runs.map(({ verdict }) => verdict?.outcome ?? 'no verdict');
  const nextCode = next.ended.exitCode;
  return {
    name,
    happened: [
      ...(ended.missed ? ['over before it could be hit'] : []),
      ...runs.map(({ verdict }) => verdictText(verdict)),
      ...(runs.length === 0 ? [lastWords(ended)] : []),
    ].join('; '),
    exit: String(exit),
    left: left.length === 0 ? 'nothing' : left.join('; '),
    next: nextCode === EXIT.pass ? 'yes' : `exit ${nextCode}: ${lastWords(next.ended)}`,
    readable: unreadable ? lastWords(unreadable.report) : runs.length > 0 ? 'yes' : 'nothing was measured',
    holds:
      !ended.missed &&
      (exits.includes(exit) || (isBusy && exit === EXIT.invalid)) &&
      left.length === 0 &&
      (nextCode === EXIT.pass || (nextCode === EXIT.invalid && isOfBusyMachine(next.verdict))) &&
      unreadable === undefined &&
      (isBusy ||
        outcomes === undefined ||
        (found.length > 0 && found.every((outcome) => outcomes.includes(outcome)))) &&
      !/^ {4}at /m.test(ended.stderr),
  };
}

/** Users that wake late on a machine that is busy otherwise are no matter of the case. */
function isOfBusyMachine(verdict: Verdict | undefined): boolean {
  const own = ['interrupted', 'stopped-early', 'both-at-limit'];
  const faults = verdict?.reasons.filter(({ code }) => !own.includes(code)) ?? [];
  return faults.length > 0 && faults.every(({ code }) => code === 'lateness' || code === 'generator-cpu');
}

function verdictText(verdict: Verdict | undefined): string {
  if (!verdict) return 'no verdict';
  return [verdict.outcome, verdict.reasons[0]?.text].filter(Boolean).join(': ');
}

function lastWords({ stderr, stdout }: Ended): string {
  return (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';
}
