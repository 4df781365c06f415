/**
 * What the release room keeps: the ledger of people's answers (attestations.jsonl), the record of a decision
 * (results/signoff/<UTC time>/signoff.json) and that of a launch day (results/golive/<UTC time>/golive.json).
 */
export const LEDGER_SCHEMA = 1;
export const SIGNOFF_SCHEMA = 1;
export const GOLIVE_SCHEMA = 1;

/** What a person answers to a line. `not-yet` is for what only time after the launch can tell. */
export const ANSWERS = ['yes', 'no', 'not-yet'] as const;
export type Answer = (typeof ANSWERS)[number];

interface Signed {
  schema: typeof LEDGER_SCHEMA;
  /** Of the line in checklist.yaml. */
  line: string;
  /** Who answers. */
  by: string;
  /** ISO 8601, UTC. */
  at: string;
  note: string;
  /** What the answer is about, as in Configuration. */
  target: string;
  setup: string;
  revision: string;
  /** SHA-256 (hex) of the entry before, as it stands in the file; '' for the first. */
  previous: string;
}

export interface Attestation extends Signed {
  kind: 'answer';
  answer: Answer;
}

/** Somebody takes it upon himself that a line does not pass. */
export interface Waiver extends Signed {
  kind: 'waiver';
  /** The last day that it holds, YYYY-MM-DD (UTC). */
  until: string;
}

export type LedgerEntry = Attestation | Waiver;

/**
 * How a line of the checklist stands, the worst first: of several pieces of evidence, the worst is the line's. `invalid`:
 * there is evidence, and it can't be trusted.
 */
export const STATES = [
  'failed',
  'invalid',
  'inconclusive',
  'stale',
  'not measured',
  'waiting for a person',
  'not yet',
  'passed',
  'not applicable',
] as const;
export type State = (typeof STATES)[number];

export type LineKind = 'measured' | 'audited' | 'person';
export type Due = 'before' | 'launch' | 'after';

/** A line with its state, and what is behind it. */
export interface LineState {
  id: string;
  phase: string;
  part: string;
  text: string;
  kind: LineKind;
  severity: 'must' | 'should';
  due: Due;
  state: State;
  /** What was measured, seen or answered, with its figure. */
  figure: string;
  /** Where: a run (`chat/2026-…`), an audit, a person; '' where there is nothing. */
  source: string;
  /** When it was measured, seen or answered, ISO 8601; '' where it was not. */
  at: string;
  /** What gets it further; '' for what passed. */
  next: string;
  /** In force, and needed. */
  waiver?: Pick<Waiver, 'by' | 'note' | 'until'>;
}

export type Decision = 'GO' | 'GO BUT FOR PEOPLE' | 'CONDITIONAL GO' | 'NO-GO' | 'INVALID EVIDENCE';

/** A line of the table of technical metrics: a criterion in one hold. */
export interface MetricRow {
  criterion: string;
  phase: string;
  severity: 'must' | 'should';
  limitText: string;
  /** With its unit, or why there is none. */
  actual: string;
  /** Of the share over the limit, 99 %; '' where it is no share. */
  interval: string;
  samples: number;
  outcome: 'pass' | 'fail' | 'inconclusive' | 'not measured';
  run: string;
}

export interface Signature {
  role: 'Engineering' | 'Product' | 'Leadership';
  line: string;
  /** '' until somebody has signed. */
  by: string;
  at: string;
  note: string;
}

/**
 * What became better or worse, against the baseline or against the run of before the fixes: phase 3 of the checklist.
 */
export interface ComparedRow {
  headline: string;
  before: string;
  after: string;
  verdict: string;
}

export interface SetupCost {
  setup: string;
  parts: { what: string; monthly: number }[];
  /** Users at a time, and who says so. */
  carries: string;
}

/** A file as it was. */
export interface Fingerprint {
  /** From the project's folder. */
  path: string;
  /** Hex. */
  sha256: string;
  bytes: number;
  /** Only its first `bytes` are meant: what people answer later is added behind them. */
  grows?: true;
}

export interface SignoffFile {
  schema: typeof SIGNOFF_SCHEMA;
  decision: Decision;
  /** Why, the gravest first, one sentence each. */
  reasons: string[];
  target: string;
  setup: string;
  revision: string;
  at: string;
  maxAgeDays: number;
  launchgate: string;
  lines: LineState[];
  metrics: MetricRow[];
  /** What the audit found. */
  findings: { title: string; severity: string; seen: string; fix: string; monthlyCost: number }[];
  compared: ComparedRow[];
  costs: SetupCost[];
  signatures: Signature[];
  /** Every file that the decision rests on. */
  evidence: Fingerprint[];
}

/** What launch day is made of, in order. */
export const GOLIVE_STEPS = ['decision', 'health', 'quick', 'first-watch', 'second-watch'] as const;
export type GoliveStep = (typeof GOLIVE_STEPS)[number];

/** A step that was taken; one that was taken again stands there twice, the last one counts. */
export interface GoliveEntry {
  step: GoliveStep;
  outcome: 'done' | 'failed';
  /** ISO 8601, UTC. */
  at: string;
  /** What came out, one sentence. */
  text: string;
}

export interface GoliveFile {
  schema: typeof GOLIVE_SCHEMA;
  /** Host of the platform that was deployed. */
  target: string;
  /** Of it; '' where it does not tell. */
  revision: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** SHA-256 of the signoff.json that it went live by. */
  signoff: string;
  entries: GoliveEntry[];
}
