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

export async function attacked(home: Home, { name, exits, outcomes, skip, attack }: Case): Promise<Row> {
  if (skip !== undefined) {
    return { name, happened: `skipped: ${skip}`, exit: '–', left: '–', next: '–', readable: '–', holds: true };
  }
  home.begin();
  const before = await home.runs();
  const ended = await attack(home, before);
  const left = await home.leftRunning();
  // A folder without either is of a run that was killed before its load: nothing was measured.
  const made = (await home.runs()).filter(
    (folder) => !before.includes(folder) && (samplesIn(folder) !== undefined || isJudged(folder)),
  );
  const reports = [];
  for (const folder of made) reports.push(await home.launch(['report', relative(home.root, folder)]).ended);
  const unreadable = reports.filter(({ exitCode }) => exitCode !== 0);
  const verdicts = await Promise.all(made.map((folder) => home.verdict(folder)));
  const next = await home.launch([...NEXT, '--base-url', home.platform]).ended;
  const isBusy = verdicts.length > 0 && verdicts.every(isOfBusyMachine);
  const exit = ended.signal ?? ended.exitCode ?? 0;
  const found = verdicts.map((verdict) => verdict?.outcome ?? 'no verdict');
  return {
    name,
    happened: [
      ...verdicts.map((verdict) => verdictText(verdict)),
      ...(made.length === 0 ? [lastWords(ended)] : []),
    ].join('; '),
    exit: String(exit),
    left: left.length === 0 ? 'nothing' : left.join('; '),
    next: next.exitCode === EXIT.pass ? 'yes' : `exit ${next.exitCode}: ${lastWords(next)}`,
    readable: unreadable.length > 0 ? lastWords(unreadable[0]!) : made.length > 0 ? 'yes' : 'nothing was measured',
    holds:
      (exits.includes(exit) || (isBusy && exit === EXIT.invalid)) &&
      left.length === 0 &&
      [EXIT.pass, EXIT.invalid].some((code) => code === next.exitCode) &&
      unreadable.length === 0 &&
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
