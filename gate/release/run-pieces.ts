/** What runs say of a line: alone, beside the baseline, and beside the run of before the fixes. */
import type { ChangeVerdict } from '../../src/wire/comparison-file.ts';
import type { State } from '../../src/wire/release-files.ts';
import type { CriterionVerdict, Outcome } from '../../src/wire/run-files.ts';
import type { TestName } from '../../src/workloads.ts';
import { limitsUsed } from '../judge/capacity.ts';
import { count, duration, percent } from '../judge/figures.ts';
import { monthlyOf } from '../judge/plan.ts';
import { differencesIn, isBroken } from './before-and-after.ts';
import type { EvidenceRule, Line } from './checklist-file.ts';
import { type EvidenceRun, isRun } from './evidence-run.ts';
import { nothing, type Piece, type StateRequest, tooOld, whyStale, worst } from './piece.ts';
import { usersOf } from './setup-costs.ts';
import { whyOfAnother } from './subject.ts';

/** What a run says, once it is known to be fit to say anything. */
function ofRun(test: TestName, line: Line, request: StateRequest, read: (run: EvidenceRun) => Piece[]): Piece {
  const run = request.gathered.runs[test];
  if (!isRun(run)) {
    return nothing(run?.invalid ? 'invalid' : 'not measured', `${test}: ${run?.why ?? 'it was never run'}`);
  }
  const source = sourceOf(run);
  const at = run.file.startedAt;
  if (run.objection) return { state: run.objection.state, figure: run.objection.why, source, at };
  const revision = run.file.target.revision;
  const age = whyStale(at, { ...run.file.configuration, revision }, line, request);
  if (age) return { state: 'stale', figure: age, source, at };
  return worst(read(run));
}

/** The test was run and judged, whatever came out. */
export function ranPiece(test: TestName, line: Line, request: StateRequest): Piece {
  return ofRun(test, line, request, (run) => [
    {
      state: 'passed',
      figure: `run, and judged ${run.verdict.outcome}`,
      source: sourceOf(run),
      at: run.file.startedAt,
    },
  ]);
}

/** The run passes, or the criteria and phases of it that the rule names. */
export function runPiece(
  { criteria, phases }: Extract<EvidenceRule, { run: unknown }>,
  test: TestName,
  line: Line,
  request: StateRequest,
): Piece {
  return ofRun(test, line, request, (run) => {
    const wanted = run.verdict.criteria.filter(
      ({ criterion, phase, severity }) =>
        (criteria ? criteria.includes(criterion) : severity === 'must') &&
        (!phases || (phases as readonly string[]).includes(phase)),
    );
    return criteria || phases ? judged(run, wanted) : [wholeRun(run), ...judged(run, wanted)];
  });
}

const sourceOf = ({ test, name }: EvidenceRun) => `${test}/${name}`;

/** The run's own verdict also holds what no criterion counts, such as a platform that died. */
function wholeRun(run: EvidenceRun): Piece {
  const { outcome, reasons, criteria } = run.verdict;
  const state: State = outcome === 'pass' ? 'passed' : outcome === 'fail' ? 'failed' : 'inconclusive';
  const musts = criteria.filter(({ severity }) => severity === 'must');
  const figure =
    reasons[0]?.text ?? `${musts.filter((each) => each.outcome === 'pass').length} of ${musts.length} criteria pass`;
  return { state, figure, source: sourceOf(run), at: run.file.startedAt };
}

const STATE_OF: Readonly<Record<Outcome, State>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
  'not measured': 'not measured',
};

/** Each outcome with the criterion that came nearest to its limit, or went farthest beyond. */
function judged(run: EvidenceRun, criteria: readonly CriterionVerdict[]): Piece[] {
  const from = { source: sourceOf(run), at: run.file.startedAt };
  if (criteria.length === 0) {
    return [{ state: 'not measured', figure: `${run.test} has judged nothing of it`, ...from }];
  }
  return (Object.keys(STATE_OF) as Outcome[]).flatMap((outcome) => {
    const such = criteria.filter((each) => each.outcome === outcome);
    if (such.length === 0) return [];
    const [binding] = limitsUsed(such);
    const told =
      such.find(({ criterion, phase }) => criterion === binding?.criterion && phase === binding.phase) ?? such[0]!;
    return [{ state: STATE_OF[outcome], figure: criterionText(told), ...from }];
  });
}

/** `2.41 s in stress (p95 < 5 s)` */
export function criterionText(verdict: CriterionVerdict): string {
  const { phase, limitText, note } = verdict;
  const value = actualText(verdict);
  return `${value} in ${phase} (${limitText})${note ? `: ${note}` : ''}`;
}

/** The value with its unit, or that there is none. */
export function actualText({ actual, unit }: Pick<CriterionVerdict, 'actual' | 'unit'>): string {
  if (actual === null) return 'no value';
  switch (unit) {
    case 'ms':
      return duration(actual);
    case 'ratio':
      return percent(actual);
    default:
      return count(actual);
  }
}

export function baselinePiece(test: TestName, line: Line, request: StateRequest): Piece {
  const baseline = request.gathered.baselines[test];
  if (!baseline) return nothing('not measured', `there is no baseline of ${test}`);
  const { savedAt, runs, configuration } = baseline;
  const from = { source: `baselines/${test}.json`, at: savedAt };
  const { subject } = request.gathered;
  const other = whyOfAnother({ ...configuration, revision: subject.revision }, subject);
  if (other) return { state: 'stale', figure: `it is ${other}`, ...from };
  // What it is compared with may be old; only where a line asks for a fresh one does its age count.
  const age = line.everyDays === undefined ? undefined : tooOld(savedAt, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  return { state: 'passed', figure: `${runs.length} runs of ${configuration.profile}`, ...from };
}

const CHANGE_STATES: Readonly<Record<ChangeVerdict, State>> = {
  regressed: 'failed',
  inconclusive: 'inconclusive',
  equivalent: 'passed',
  improved: 'passed',
};

/** Runs of any profile that may be compared: what changed shows in a hundred users, too. */
export function comparisonPiece(test: TestName, line: Line, request: StateRequest): Piece {
  const found = request.gathered.comparisons[test];
  if (!found) return nothing('not measured', `no run of ${test} was compared with its baseline`);
  const { verdict, changes, comparedAt, configuration } = found.file;
  const from = { source: found.name, at: comparedAt };
  const age = whyStale(comparedAt, { ...configuration, revision: found.revision }, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  return {
    state: CHANGE_STATES[verdict],
    figure: `${verdict}: ${changes.length} figures against the baseline`,
    ...from,
  };
}

/** Every difference that the fixes made is known, and none is for the worse. */
export function improvedPiece(test: TestName, line: Line, request: StateRequest): Piece {
  return ofRun(test, line, request, (run) => {
    const differences = differencesIn(run);
    if (!differences) return [nothing('not measured', `${test}: no run of before the fixes counts`)];
    const from = { source: sourceOf(run), at: run.file.startedAt };
    const broken = differences.find(isBroken);
    if (broken) {
      const { before, after } = broken;
      return [{ state: 'failed', figure: `${criterionText(after)}, and it was ${actualText(before)}`, ...from }];
    }
    const mended = differences.filter(({ before, after }) => before.outcome === 'fail' && after.outcome === 'pass');
    const failed = differences.filter(({ before }) => before.outcome === 'fail');
    const figure =
      failed.length === 0
        ? `no promise was broken in ${run.before!.name}, and none is now`
        : `${mended.length} of ${failed.length} promises that were broken in ${run.before!.name} are kept now`;
    return [{ state: mended.length < failed.length ? 'inconclusive' : 'passed', figure, ...from }];
  });
}

export function diagnosisPiece(test: TestName, line: Line, request: StateRequest): Piece {
  return ofRun(test, line, request, (run) => {
    const from = { source: sourceOf(run), at: run.file.startedAt };
    return run.diagnosed
      ? [{ state: 'passed', figure: 'its causes are ranked in diagnosis.json', ...from }]
      : [{ state: 'not measured', figure: `${sourceOf(run)} was not diagnosed`, ...from }];
  });
}

/** How many users it carries is known, whatever the number. */
export function capacityPiece(test: TestName, line: Line, request: StateRequest): Piece {
  const found = request.gathered.capacities[test];
  if (!found) return nothing('not measured', `the capacity of ${test} was never searched for`);
  const { name, startedAt, low, high } = found;
  const from = { source: `${test}/${name}`, at: startedAt };
  const age = tooOld(startedAt, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  if (low === 0 && high === null) return { state: 'inconclusive', figure: 'its time ran out before it knew', ...from };
  const figure = high === null ? `${count(low)} users or more` : `${count(low)} to ${count(high)} users`;
  return { state: 'passed', figure, ...from };
}

/** What a setup costs and carries is known, whatever it is. */
export function carriesPiece(setup: string, line: Line, request: StateRequest): Piece {
  const { setups, carried, runs, subject } = request.gathered;
  const costs = setups.find(({ name }) => name === setup);
  if (!costs) return nothing('not measured', `costs.json has no setup "${setup}"`);
  const known = usersOf(setup, { carried, runs, subject });
  if (!known)
    return nothing('not measured', `$${monthlyOf(costs)} a month; nobody has measured how many users it carries`);
  const { users, source, at, isBound } = known;
  const age = tooOld(at, line, request);
  if (age) return { state: 'stale', figure: age, source, at };
  const state: State = isBound ? 'inconclusive' : 'passed';
  return { state, figure: `$${monthlyOf(costs)} a month, ${users}`, source, at };
}
