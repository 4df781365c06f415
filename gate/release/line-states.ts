/** How every line of the checklist stands. Pure: the lines and the evidence in, states out. */
import type { Finding } from '../../src/wire/audit-file.ts';
import type { ChangeVerdict } from '../../src/wire/comparison-file.ts';
import type { Attestation, GoliveStep, LineState, State, Waiver } from '../../src/wire/release-files.ts';
import type { CriterionVerdict, Outcome } from '../../src/wire/run-files.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import type { TestName } from '../../src/workloads.ts';
import { limitsUsed } from '../judge/capacity.ts';
import { count, digits, duration, percent } from '../judge/figures.ts';
import { monthlyOf } from '../judge/plan.ts';
import { differencesIn, isWorse } from './before-and-after.ts';
import type { EvidenceRule, Line } from './checklist-file.ts';
import type { Gathered } from './evidence.ts';
import { type EvidenceRun, isRun } from './evidence-run.ts';
import { usersOf } from './setup-costs.ts';
import { whyOfAnother } from './subject.ts';

export interface StateRequest {
  lines: readonly Line[];
  gathered: Gathered;
  /** Evidence that is older is stale. */
  maxAgeDays: number;
  now: Date;
}

/** What stands behind one piece of evidence. */
interface Standing {
  state: State;
  figure: string;
  source: string;
  at: string;
  /** Where another line is what holds it up. */
  next?: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const NOBODY = 'nobody has answered yet';

/** The worst first: of several pieces of evidence, this one is the line's. */
const WORST_FIRST: readonly State[] = [
  'failed',
  'invalid',
  'inconclusive',
  'stale',
  'not measured',
  'waiting for a person',
  'not yet',
  'passed',
  'not applicable',
];

/** The state of every line, in the order of the file. */
export function lineStates(request: StateRequest): LineState[] {
  const done = new Map<string, LineState>();
  const stateOf = (line: Line): LineState => {
    const known = done.get(line.id);
    if (known) return known;
    const state = stated(line, request, (id) => stateOf(request.lines.find((other) => other.id === id)!));
    done.set(line.id, state);
    return state;
  };
  return request.lines.map(stateOf);
}

function stated(line: Line, request: StateRequest, stateOf: (id: string) => LineState): LineState {
  const standing = standingOf(line, request, stateOf);
  const waiver = waiverOf(line, request);
  const { id, phase, part, text, kind, severity, due } = line;
  return {
    ...{ id, phase, part, text, kind, severity, due },
    ...standing,
    next: standing.next ?? nextStep(line, standing.state),
    ...(waiver && blocks(standing.state) ? { waiver } : {}),
  };
}

/** Whether a must line in this state keeps the launch from an unconditional GO. */
export function blocks(state: State): boolean {
  return state !== 'passed' && state !== 'not applicable';
}

function standingOf(line: Line, request: StateRequest, stateOf: (id: string) => LineState): Standing {
  if (line.notApplicable) return { state: 'not applicable', figure: line.notApplicable, source: '', at: '' };
  if (line.kind === 'person' || !line.evidence) {
    return recorded(line, request) ?? answered(line, request, false) ?? nothing('waiting for a person', NOBODY);
  }
  return byRule(line, line.evidence, request, stateOf);
}

/** What a record of launch day says; undefined where there is none, and where nothing is to be recorded. */
function recorded(line: Line, request: StateRequest): Standing | undefined {
  const { evidence } = line;
  if (!evidence) return undefined;
  if ('watch' in evidence) return watchStanding(evidence.watch, line, request);
  return 'golive' in evidence ? goliveStanding(evidence.golive, line, request) : undefined;
}

function byRule(line: Line, rule: EvidenceRule, request: StateRequest, stateOf: (id: string) => LineState): Standing {
  const record = recorded(line, request);
  if (record) return record;
  if ('watch' in rule || 'golive' in rule) return nothing('not measured', 'no record of it is kept');
  if ('carries' in rule) return carriesStanding(rule.carries, line, request);
  if ('lines' in rule) return derived(rule.lines.map(stateOf));
  if ('audit' in rule) return audited(line, rule.audit, request);
  if ('baseline' in rule) return worst(rule.baseline.map((test) => baselineStanding(test, line, request)));
  if ('comparison' in rule) return worst(rule.comparison.map((test) => comparisonStanding(test, line, request)));
  if ('improved' in rule) return worst(rule.improved.map((test) => improvedStanding(test, line, request)));
  if ('diagnosis' in rule) return worst(rule.diagnosis.map((test) => diagnosisStanding(test, line, request)));
  if ('capacity' in rule) return worst(rule.capacity.map((test) => capacityStanding(test, line, request)));
  if ('ran' in rule) {
    return worst(rule.ran.map((test) => runStanding(test, line, request, (run) => [ran(run)])));
  }
  const { run: tests, criteria, phases } = rule;
  return worst(
    tests.map((test) =>
      runStanding(test, line, request, (run) => {
        const wanted = run.verdict.criteria.filter(
          ({ criterion, phase, severity }) =>
            (criteria ? criteria.includes(criterion) : severity === 'must') &&
            (!phases || (phases as readonly string[]).includes(phase)),
        );
        return criteria || phases ? judged(run, wanted) : [wholeRun(run), ...judged(run, wanted)];
      }),
    ),
  );
}

/** What a run says, once it is known to be fit to say anything. */
function runStanding(
  test: TestName,
  line: Line,
  request: StateRequest,
  read: (run: EvidenceRun) => Standing[],
): Standing {
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

const sourceOf = ({ test, name }: EvidenceRun) => `${test}/${name}`;

function ran(run: EvidenceRun): Standing {
  return {
    state: 'passed',
    figure: `run, and judged ${run.verdict.outcome}`,
    source: sourceOf(run),
    at: run.file.startedAt,
  };
}

/** The run's own verdict also holds what no criterion counts, such as a platform that died. */
function wholeRun(run: EvidenceRun): Standing {
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
function judged(run: EvidenceRun, criteria: readonly CriterionVerdict[]): Standing[] {
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

function audited(line: Line, wanted: readonly string[], request: StateRequest): Standing {
  const { audit } = request.gathered;
  if (!audit) return nothing('not measured', 'this target was never audited');
  const { file, name } = audit;
  const from = { source: `audit/${name}`, at: file.at };
  const age = whyStale(file.at, file, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  return worst(
    wanted.map((id) => {
      const finding = file.findings.find((each) => each.id === id);
      if (!finding) return { state: 'not measured', figure: `the audit does not look for ${id}`, ...from };
      return findingStanding(finding, from, line, request);
    }),
  );
}

function findingStanding(
  { outcome, title, seen }: Finding,
  from: Pick<Standing, 'source' | 'at'>,
  line: Line,
  request: StateRequest,
): Standing {
  const figure = `${title}: ${seen.replace(/\.$/, '')}`;
  if (outcome === 'ok') return { state: 'passed', figure, ...from };
  if (outcome === 'found') return { state: 'failed', figure, ...from };
  // What couldn't be looked at is known by somebody.
  return answered(line, request, true) ?? { state: 'waiting for a person', figure, ...from };
}

function baselineStanding(test: TestName, line: Line, request: StateRequest): Standing {
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

function comparisonStanding(test: TestName, line: Line, request: StateRequest): Standing {
  return runStanding(test, line, request, (run) => {
    const { comparison } = run;
    if (!comparison) return [nothing('not measured', `${sourceOf(run)} was not compared with its baseline`)];
    const { verdict, changes, comparedAt } = comparison;
    const figure = `${verdict}: ${changes.length} figures against the baseline`;
    return [{ state: CHANGE_STATES[verdict], figure, source: sourceOf(run), at: comparedAt }];
  });
}

/** Every difference that the fixes made is known, and none is for the worse. */
function improvedStanding(test: TestName, line: Line, request: StateRequest): Standing {
  return runStanding(test, line, request, (run) => {
    const differences = differencesIn(run);
    if (!differences) return [nothing('not measured', `${test}: no run of before the fixes counts`)];
    const from = { source: sourceOf(run), at: run.file.startedAt };
    const worse = differences.find(isWorse);
    if (worse) {
      const { before, after } = worse;
      return [{ state: 'failed', figure: `${criterionText(after)}, and it was ${actualText(before)}`, ...from }];
    }
    const mended = differences.filter(({ before, after }) => before.outcome === 'fail' && after.outcome === 'pass');
    const failed = differences.filter(({ before }) => before.outcome === 'fail');
    const figure = `${mended.length} of ${failed.length} promises that were broken in ${run.before!.name} are kept now`;
    return [{ state: mended.length < failed.length ? 'inconclusive' : 'passed', figure, ...from }];
  });
}

function diagnosisStanding(test: TestName, line: Line, request: StateRequest): Standing {
  return runStanding(test, line, request, (run) => {
    const from = { source: sourceOf(run), at: run.file.startedAt };
    return run.diagnosed
      ? [{ state: 'passed', figure: 'its causes are ranked in diagnosis.json', ...from }]
      : [{ state: 'not measured', figure: `${sourceOf(run)} was not diagnosed`, ...from }];
  });
}

/** How many users it carries is known, whatever the number. */
function capacityStanding(test: TestName, line: Line, request: StateRequest): Standing {
  const found = request.gathered.capacities[test];
  if (!found) return nothing('not measured', `the capacity of ${test} was never searched for`);
  const { name, startedAt, low, high } = found;
  const from = { source: `${test}/${name}`, at: startedAt };
  const age = tooOld(startedAt, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  const figure = high === null ? `${count(low)} users or more` : `${count(low)} to ${count(high)} users`;
  return { state: 'passed', figure, ...from };
}

/** What a setup costs and carries is known, whatever it is. */
function carriesStanding(setup: string, line: Line, request: StateRequest): Standing {
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

/** @param wanted hours that had to go by without an alert; live: it is enough that signals were seen */
function watchStanding(wanted: 'live' | number, line: Line, request: StateRequest): Standing | undefined {
  const lasted = ({ startedAt, endedAt }: WatchFile) => (Date.parse(endedAt) - Date.parse(startedAt)) / HOUR_MS;
  const found = request.gathered.watches.find(
    ({ file }) => isWhere(file.target, line, request) && (wanted === 'live' || lasted(file) >= wanted),
  );
  if (!found) return undefined;
  const { outcome, alerts, reasons, endedAt, revision = '', signals } = found.file;
  const from = { source: found.name, at: endedAt };
  const age = otherRevision(revision, request) ?? tooOld(endedAt, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  const promised = signals.filter(({ limitText }) => limitText !== '').length;
  const hours = lasted(found.file);
  const of = `${hours < 1 ? `${digits(hours * 60)} min` : `${digits(hours)} h`} of ${found.file.target}`;
  if (wanted === 'live') {
    const state: State = promised > 0 ? 'passed' : 'inconclusive';
    return { state, figure: `signals with a limit seen in ${of}: ${count(promised)}`, ...from };
  }
  if (outcome === 'alerts')
    return { state: 'failed', figure: `alerts in ${of}: ${alerts.map(({ text }) => text).join('; ')}`, ...from };
  if (outcome === 'inconclusive')
    return { state: 'inconclusive', figure: reasons[0] ?? 'too little was seen', ...from };
  return { state: 'passed', figure: `no alert in ${of}`, ...from };
}

function goliveStanding(step: GoliveStep, line: Line, request: StateRequest): Standing | undefined {
  const found = request.gathered.launches.find(
    ({ file }) => isWhere(file.target, line, request) && file.entries.some((entry) => entry.step === step),
  );
  if (!found) return undefined;
  const { outcome, text, at } = found.file.entries.findLast((entry) => entry.step === step)!;
  const from = { source: found.name, at };
  const age = otherRevision(found.file.revision, request) ?? tooOld(at, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  return { state: outcome === 'done' ? 'passed' : 'failed', figure: text, ...from };
}

/** Whether a record is of the platform that a line speaks of: from launch day on that is production, where it is known. */
function isWhere(host: string, { due }: Line, { gathered: { subject, places } }: StateRequest): boolean {
  const { production } = places;
  const where = due === 'before' || production.length === 0 ? [subject.target, ...production] : production;
  return where.includes(host) || where.includes(host.replace(/:\d+$/, ''));
}

function otherRevision(revision: string, { gathered: { subject } }: StateRequest): string | undefined {
  const known = revision !== '' && subject.revision !== '';
  return known && revision !== subject.revision ? `it is of revision ${revision}` : undefined;
}

/** Waived lines hold up no other. */
function derived(lines: readonly LineState[]): Standing {
  const waived = lines.filter(({ waiver }) => waiver).length;
  const { id, state, figure, source, at, next } = worst(
    lines.filter(({ waiver }) => !waiver || waived === lines.length),
  );
  if (blocks(state) && waived < lines.length) return { state, figure: `${id}: ${figure}`, source, at, next };
  const passed = lines.filter((line) => line.state === 'passed').length;
  const aside = waived > 0 ? `, ${waived} waived` : '';
  return { state: 'passed', figure: `${passed} of ${lines.length} lines pass${aside}`, source, at };
}

/**
 * What a person has answered last; undefined where nobody has.
 * @param standsIn the answer is in place of an audit, and so only holds for the revision that it was given for
 */
function answered(line: Line, request: StateRequest, standsIn: boolean): Standing | undefined {
  const { ledger, subject } = request.gathered;
  const given = ledger.entries.findLast(
    (entry): entry is Attestation =>
      entry.kind === 'answer' &&
      entry.line === line.id &&
      entry.target === subject.target &&
      entry.setup === subject.setup,
  );
  if (!given) return undefined;
  const { answer, by, at, note } = given;
  const from = { source: by, at };
  const age = standsIn ? whyStale(at, given, line, request) : tooOld(at, line, request);
  if (age) return { state: 'stale', figure: age, ...from };
  const state: State = answer === 'yes' ? 'passed' : answer === 'no' ? 'failed' : 'not yet';
  return { state, figure: note ? `${answer}: ${note}` : answer, ...from };
}

function waiverOf({ id }: Line, { gathered, now }: StateRequest): LineState['waiver'] {
  const { ledger, subject } = gathered;
  const waiver = ledger.entries.findLast(
    (entry): entry is Waiver =>
      entry.kind === 'waiver' && entry.line === id && entry.target === subject.target && entry.setup === subject.setup,
  );
  if (!waiver || waiver.until < now.toISOString().slice(0, 10)) return undefined;
  return { by: waiver.by, note: waiver.note, until: waiver.until };
}

/** Why evidence no longer counts, as a sentence without its full stop; undefined while it does. */
function whyStale(
  at: string,
  of: { target: string; setup: string; revision: string },
  line: Line,
  request: StateRequest,
): string | undefined {
  const other = whyOfAnother(of, request.gathered.subject);
  return other ? `it is ${other}` : tooOld(at, line, request);
}

function tooOld(at: string, { everyDays }: Line, { maxAgeDays, now }: StateRequest): string | undefined {
  const days = everyDays ?? maxAgeDays;
  const age = (now.getTime() - Date.parse(at)) / DAY_MS;
  return age > days ? `it is ${Math.floor(age)} days old, and may be ${days}` : undefined;
}

function nothing(state: State, figure: string): Standing {
  return { state, figure, source: '', at: '' };
}

function worst<Piece extends Standing>(pieces: readonly Piece[]): Piece {
  const rank = ({ state }: Piece) => WORST_FIRST.indexOf(state);
  return pieces.reduce((worse, piece) => (rank(piece) < rank(worse) ? piece : worse));
}

function nextStep({ id, command }: Line, state: State): string {
  if (!blocks(state)) return '';
  if (state === 'waiting for a person' || state === 'not yet' || command === undefined)
    return `./launchgate attest ${id}`;
  return command;
}
