/** How every line of the checklist stands. Pure: the lines and the evidence in, states out. */
import type { Finding } from '../../src/wire/audit-file.ts';
import type { Attestation, LineState, State, Waiver } from '../../src/wire/release-files.ts';
import type { EvidenceRule, Line } from './checklist-file.ts';
import { golivePiece, watchPiece } from './launch-pieces.ts';
import { nothing, type Piece, type StateRequest, tooOld, whyStale, worst } from './piece.ts';
import * as runs from './run-pieces.ts';

const NOBODY = 'nobody has answered yet';

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
  const piece = pieceOf(line, request, stateOf);
  const waiver = waiverOf(line, request);
  const { id, phase, part, text, kind, severity, due } = line;
  return {
    ...{ id, phase, part, text, kind, severity, due },
    ...piece,
    next: piece.next ?? nextStep(line, piece.state),
    ...(waiver && blocks(piece.state) ? { waiver } : {}),
  };
}

/** Whether a must line in this state keeps the launch from an unconditional GO. */
export function blocks(state: State): boolean {
  return state !== 'passed' && state !== 'not applicable';
}

function pieceOf(line: Line, request: StateRequest, stateOf: (id: string) => LineState): Piece {
  if (line.notApplicable) return { state: 'not applicable', figure: line.notApplicable, source: '', at: '' };
  if (line.kind === 'person' || !line.evidence) {
    return recorded(line, request) ?? answered(line, request, false) ?? nothing('waiting for a person', NOBODY);
  }
  return byRule(line, line.evidence, request, stateOf);
}

/** What a record of launch day says; undefined where there is none, and where nothing is to be recorded. */
function recorded(line: Line, request: StateRequest): Piece | undefined {
  const { evidence } = line;
  if (!evidence) return undefined;
  if ('watch' in evidence) return watchPiece(evidence.watch, line, request);
  return 'golive' in evidence ? golivePiece(evidence.golive, line, request) : undefined;
}

function byRule(line: Line, rule: EvidenceRule, request: StateRequest, stateOf: (id: string) => LineState): Piece {
  const record = recorded(line, request);
  if (record) return record;
  if ('watch' in rule || 'golive' in rule) return nothing('not measured', 'no record of it is kept');
  if ('carries' in rule) return runs.carriesPiece(rule.carries, line, request);
  if ('lines' in rule) return derived(rule.lines.map(stateOf));
  if ('audit' in rule) return audited(line, rule.audit, request);
  if ('baseline' in rule) return worst(rule.baseline.map((test) => runs.baselinePiece(test, line, request)));
  if ('comparison' in rule) return worst(rule.comparison.map((test) => runs.comparisonPiece(test, line, request)));
  if ('improved' in rule) return worst(rule.improved.map((test) => runs.improvedPiece(test, line, request)));
  if ('diagnosis' in rule) return worst(rule.diagnosis.map((test) => runs.diagnosisPiece(test, line, request)));
  if ('capacity' in rule) return worst(rule.capacity.map((test) => runs.capacityPiece(test, line, request)));
  if ('ran' in rule) return worst(rule.ran.map((test) => runs.ranPiece(test, line, request)));
  return worst(rule.run.map((test) => runs.runPiece(rule, test, line, request)));
}

function audited(line: Line, wanted: readonly string[], request: StateRequest): Piece {
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
      return findingPiece(finding, from, line, request);
    }),
  );
}

function findingPiece(
  { outcome, title, seen }: Finding,
  from: Pick<Piece, 'source' | 'at'>,
  line: Line,
  request: StateRequest,
): Piece {
  const figure = `${title}: ${seen.replace(/\.$/, '')}`;
  if (outcome === 'ok') return { state: 'passed', figure, ...from };
  if (outcome === 'found') return { state: 'failed', figure, ...from };
  // What couldn't be looked at is known by somebody.
  return answered(line, request, true) ?? { state: 'waiting for a person', figure, ...from };
}

/** Waived lines hold up no other. */
function derived(lines: readonly LineState[]): Piece {
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
function answered(line: Line, request: StateRequest, standsIn: boolean): Piece | undefined {
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

function nextStep({ id, command }: Line, state: State): string {
  if (!blocks(state)) return '';
  if (state === 'waiting for a person' || state === 'not yet' || command === undefined)
    return `./launchgate attest ${id}`;
  return command;
}
