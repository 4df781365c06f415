/** The record of a decision: what was decided, by which evidence, and who has signed. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { CRITERIA } from '../../src/thresholds.ts';
import type { Finding } from '../../src/wire/audit-file.ts';
import {
  type ComparedRow,
  type Decision,
  type LineState,
  type MetricRow,
  SIGNOFF_SCHEMA,
  type Signature,
  type SignoffFile,
} from '../../src/wire/release-files.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { levelText } from '../judge/comparison-lines.ts';
import { percent } from '../judge/figures.ts';
import type { SetupCosts } from '../judge/plan.ts';
import { type Read, readVersioned } from '../runs/folder/versioned-json.ts';
import { ownVersions } from '../runs/versions.ts';
import { differencesIn } from './before-and-after.ts';
import { CHECKLIST } from './checklist-file.ts';
import { decide } from './decision.ts';
import { filesBehind, type Gathered } from './evidence.ts';
import { type EvidenceRun, isRun, type JudgedRun } from './evidence-run.ts';
import { fingerprintsOf } from './fingerprints.ts';
import type { ComparisonRecord } from './other-records.ts';
import { actualText } from './run-pieces.ts';
import { setupCosts } from './setup-costs.ts';
import type { Standing } from './standing.ts';

/** Lines by which the three sign. */
const SIGNATURES = [
  { role: 'Engineering', line: 'signoff.engineering' },
  { role: 'Product', line: 'signoff.product' },
  { role: 'Leadership', line: 'signoff.leadership' },
] as const;

const DAY_MS = 86_400_000;

export interface SignoffRequest {
  root: string;
  /** What people answered. */
  ledger: string;
  standing: Standing;
  /** Of costs.json. */
  setups: readonly SetupCosts[];
  maxAgeDays: number;
  now: Date;
}

export async function signoffOf({
  root,
  ledger,
  standing,
  setups,
  maxAgeDays,
  now,
}: SignoffRequest): Promise<SignoffFile> {
  const { gathered, states } = standing;
  const { subject, audit } = gathered;
  const { decision, reasons } = decide(states, gathered.ledger.problems);
  const answers = relative(root, ledger);
  const { launchgate, git } = await ownVersions(root);
  return {
    schema: SIGNOFF_SCHEMA,
    decision,
    reasons,
    ...subject,
    at: now.toISOString(),
    maxAgeDays,
    launchgate: [launchgate, git].filter(Boolean).join(' '),
    lines: states,
    metrics: metricRows(gathered),
    findings: (audit?.file.findings ?? []).filter(({ outcome }) => outcome === 'found').map(shortened),
    compared: comparedRows(gathered),
    costs: setupCosts(gathered, setups),
    signatures: SIGNATURES.map((signature) => signed(signature, states)),
    evidence: await fingerprintsOf(root, [CHECKLIST, answers, ...filesBehind(gathered, states)], [answers]),
  };
}

/** The folder of one decision; two in one second would share it. */
export async function signoffFolder(results: string, now: Date): Promise<string> {
  const folder = join(results, 'signoff', now.toISOString().slice(0, 19).replaceAll(':', '-'));
  await mkdir(folder, { recursive: true });
  return folder;
}

/** What is read of a record to verify it, and to go live by it. */
const recorded = z.object({
  schema: z.literal(SIGNOFF_SCHEMA),
  decision: z.string(),
  target: z.string(),
  revision: z.string(),
  at: z.iso.datetime(),
  maxAgeDays: z.number(),
  lines: z.array(z.object({ id: z.string(), waiver: z.object({ until: z.iso.date() }).optional() })),
  evidence: z.array(
    z.object({ path: z.string(), sha256: z.string(), bytes: z.number(), grows: z.literal(true).optional() }),
  ),
});

export function readSignoff(path: string): Promise<Read<SignoffFile>> {
  return readVersioned(path, { newest: SIGNOFF_SCHEMA, shape: recorded });
}

/** Path of the newest record; undefined where nobody has decided yet. */
export async function newestSignoff(results: string): Promise<string | undefined> {
  const names = await readdir(join(results, 'signoff')).catch(() => []);
  for (const name of names.sort().reverse()) {
    const path = join(results, 'signoff', name, 'signoff.json');
    if (await readFile(path).catch(() => undefined)) return path;
  }
  return undefined;
}

/** Whether a decision lets the launch go on. */
export function allows(decision: Decision): boolean {
  return decision === 'GO' || decision === 'CONDITIONAL GO';
}

/** Why a decision no longer holds, a sentence without its full stop: what it rests on has come to its end. */
export function whyOver({ at, maxAgeDays, lines }: SignoffFile, now: Date): string | undefined {
  const days = (now.getTime() - Date.parse(at)) / DAY_MS;
  if (days > maxAgeDays) {
    return `the decision of ${at.slice(0, 10)} is ${Math.floor(days)} days old, and its evidence counts for ${maxAgeDays}`;
  }
  const ended = lines.find(({ waiver }) => waiver && waiver.until < now.toISOString().slice(0, 10));
  return ended && `the waiver of ${ended.id} ended on ${ended.waiver!.until}`;
}

/** The success criteria of the checklist, as the runs judged them. */
function metricRows({ runs }: Gathered): MetricRow[] {
  return Object.values(runs)
    .filter(isRun)
    .flatMap((run) => run.verdict.criteria.filter(isSuccessCriterion).map((verdict) => metricRow(run, verdict)));
}

function isSuccessCriterion({ criterion }: CriterionVerdict): boolean {
  const { source = '' } = CRITERIA.find(({ id }) => id === criterion) ?? {};
  return source.startsWith('Success Criteria');
}

function metricRow({ test, name }: EvidenceRun, verdict: CriterionVerdict): MetricRow {
  const { criterion, phase, severity, limitText, interval, seen, outcome, note } = verdict;
  return {
    ...{ criterion, phase, severity, limitText, outcome },
    actual: verdict.actual === null ? note || 'no value' : actualText(verdict),
    interval: interval ? `${percent(interval.low)} to ${percent(interval.high)} over the limit` : '',
    samples: seen,
    run: `${test}/${name}`,
  };
}

function shortened({ title, severity, seen, fix, monthlyCost }: Finding): SignoffFile['findings'][number] {
  return { title, severity, seen, fix, monthlyCost };
}

/** What a comparison with a baseline found, and what was not kept before the fixes or is not now. */
function comparedRows({ runs, comparisons }: Gathered): ComparedRow[] {
  return [
    ...Object.values(comparisons).flatMap(changeRows),
    ...Object.values(runs).filter(isRun).flatMap(differenceRows),
  ];
}

function changeRows({ file }: ComparisonRecord): ComparedRow[] {
  return file.changes.map(({ headline, stat, old, new: now, verdict }) => ({
    headline,
    before: levelText(stat, old),
    after: levelText(stat, now),
    verdict,
  }));
}

function differenceRows(run: EvidenceRun): ComparedRow[] {
  return (differencesIn(run) ?? []).map(({ before, after }) => ({
    headline: `${after.criterion} in ${after.phase}`,
    before: actualText(before),
    after: actualText(after),
    verdict: `${before.outcome} before (${wasText(run.before!)}), ${after.outcome} now`,
  }));
}

/** `embedded free` or a revision: what the target was then. */
function wasText({ file: { configuration, target } }: JudgedRun): string {
  return [configuration.setup && `${configuration.target} ${configuration.setup}`, target.revision]
    .filter(Boolean)
    .join(' at ');
}

function signed({ role, line }: Pick<Signature, 'role' | 'line'>, states: readonly LineState[]): Signature {
  const state = states.find(({ id }) => id === line);
  const nobody = { role, line, by: '', at: '', note: '' };
  if (state?.state !== 'passed') return nobody;
  return { ...nobody, by: state.source, at: state.at, note: state.figure.replace(/^yes(: )?/, '') };
}
