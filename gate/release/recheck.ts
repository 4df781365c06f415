/** Whether a verdict follows from the facts beside it: one that was changed by hand does not. */
import { gatesOf } from '../../src/thresholds.ts';
import type { CriterionVerdict, RunFile, Verdict } from '../../src/wire/run-files.ts';
import { type Phase, type Profile, peakLevel, phasesOf, type TestName, windowsOf } from '../../src/workloads.ts';
import { judgedBy } from '../judge/judged-by.ts';
import { CONFIDENCE, judge } from '../judge/verdict.ts';
import { readRunJson } from '../runs/folder/run-folder.ts';

/** Why a stored verdict does not count, as a clause. */
export interface Objection {
  /** stale: it is of other criteria. invalid: it can't be what the judge made of these facts. */
  state: 'stale' | 'invalid';
  why: string;
}

/**
 * Judges a run anew from its stored facts, once it is known that it was judged by today's criteria. Runs that ended as
 * invalid or interrupted are no evidence and need no check.
 * @param phases that it was to hold
 * @returns undefined when the stored verdict follows
 */
export async function objectionTo(
  folder: string,
  run: RunFile,
  stored: Verdict,
  phases: readonly Phase[],
): Promise<Objection | undefined> {
  const gates = gatesOf(run.test as TestName, phases);
  if (stored.judgedBy !== judgedBy(gates, phases, run.configuration.pace, CONFIDENCE)) {
    return { state: 'stale', why: 'it was judged by other criteria than apply today: run it again' };
  }
  const why = await doubtIn(folder, run, stored, phases);
  return why === undefined ? undefined : { state: 'invalid', why };
}

async function doubtIn(
  folder: string,
  run: RunFile,
  stored: Verdict,
  phases: readonly Phase[],
): Promise<string | undefined> {
  const summary = await readRunJson(folder, 'summary.json');
  if (!summary.ok) return `summary.json ${summary.problem}`;
  const timeline = await readRunJson(folder, 'timeline.json');
  if (!timeline.ok && !timeline.missing) return `timeline.json ${timeline.problem}`;
  const fresh = judge({
    run,
    summary: summary.content,
    rebuilt: false,
    signals: timeline.ok ? timeline.content.signals : [],
    phases,
    pace: run.configuration.pace,
  });
  if (fresh.outcome !== stored.outcome)
    return `its facts are judged ${fresh.outcome}, and verdict.json says ${stored.outcome}`;
  const changed = fresh.criteria.find((criterion) => !isSame(criterion, stored.criteria.find(sameGate(criterion))));
  return changed && `its verdict on ${changed.criterion} in ${changed.phase} does not follow from its facts`;
}

/** The phases of a run by src/workloads.ts; undefined where it held others. */
export function plannedPhasesOf({ test, profile, configuration, windows }: RunFile): readonly Phase[] | undefined {
  const name = test as TestName;
  const usual = phasesOf(name, profile as Profile);
  const scaled =
    configuration.users === peakLevel(name, usual) ? usual : phasesOf(name, profile as Profile, configuration.users);
  // SOAK_HOURS changes how long the middle is held, and nothing else.
  const phases = scaled.map((phase) => {
    const window = windows.find(({ phase: held }) => held === phase.name);
    return name === 'soak' && phase.name === 'middle' && window
      ? { ...phase, holdSeconds: (window.toMs - window.fromMs) / 1_000 }
      : phase;
  });
  return JSON.stringify(windowsOf(name, phases)) === JSON.stringify(windows) ? phases : undefined;
}

const sameGate =
  ({ criterion, phase }: CriterionVerdict) =>
  (other: CriterionVerdict) =>
    other.criterion === criterion && other.phase === phase;

function isSame(fresh: CriterionVerdict, stored: CriterionVerdict | undefined): boolean {
  return (
    stored !== undefined &&
    (['outcome', 'limit', 'actual', 'seen', 'over', 'severity'] as const).every(
      (field) => fresh[field] === stored[field],
    )
  );
}
