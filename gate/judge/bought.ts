/** What a fix bought, as Markdown for the checklist's phase 3: a run before it beside one after it. Pure. */
import { HEADLINES } from '../../src/thresholds.ts';
import type { Figure } from '../../src/wire/baseline-file.ts';
import type { CauseId, Diagnosis, Finding } from '../../src/wire/diagnosis-file.ts';
import { valueText } from './comparison-lines.ts';
import { percent } from './figures.ts';

export interface Side {
  /** Name of the run. */
  name: string;
  outcome: string;
  figures: readonly Figure[];
  diagnosis: Diagnosis;
}

const NO_FIGURES =
  'The two runs have no figure in common: of a smoke run there is none, and other runs need the same phases.';

/** @param before @param after runs of the same test */
export function boughtLines(before: Side, after: Side): string[] {
  const rows = HEADLINES.flatMap(({ id, stat }) => {
    const [old, now] = [before, after].map(
      ({ figures }) => figures.find(({ headline }) => headline === id)?.value ?? null,
    );
    if (old == null || now == null) return [];
    return [`| ${id} | ${valueText(stat, old)} | ${valueText(stat, now)} | ${changeOf(stat, old, now)} |`];
  });
  return [
    `### What it bought: ${before.diagnosis.test}`,
    '',
    `Before: ${before.name} (${before.outcome}). After: ${after.name} (${after.outcome}).`,
    '',
    ...(rows.length > 0 ? ['| Figure | Before | After | Change |', '|---|--:|--:|--:|', ...rows] : [NO_FIGURES]),
    '',
    ...causeLines(before.diagnosis, after.diagnosis),
    '',
    `One run each: \`./launchgate compare ${before.diagnosis.test}\` says how sure a change is.`,
  ];
}

function causeLines(before: Diagnosis, after: Diagnosis): string[] {
  const [old, now] = [causesOf(before), causesOf(after)];
  const told = (finding: Finding) => `${finding.title} ($${finding.monthlyCost} a month)`;
  const has = (findings: readonly Finding[], id: CauseId) => findings.some(({ cause }) => cause === id);
  const lines = [
    ...old
      .filter(({ cause }) => !has(now, cause))
      .map((finding) => `- gone: ${told(finding)}${untold(after, finding.cause)}`),
    ...old.filter(({ cause }) => has(now, cause)).map((finding) => `- still there: ${told(finding)}`),
    ...now.filter(({ cause }) => !has(old, cause)).map((finding) => `- new: ${told(finding)}`),
  ];
  return lines.length > 0 ? lines : ['- no weak point shows, neither before nor after'];
}

/** What nothing was seen of is not gone for it. */
function untold({ findings }: Diagnosis, id: CauseId): string {
  return findings.find(({ cause }) => cause === id)?.standing === 'untold'
    ? ', or not seen any more: the later run tells nothing of it'
    : '';
}

function causesOf({ findings }: Diagnosis): Finding[] {
  return findings.filter(({ standing }) => standing === 'cause');
}

function changeOf(stat: Parameters<typeof valueText>[0], old: number, now: number): string {
  const sign = now > old ? '+' : now < old ? '-' : '±';
  if (stat === 'failures') return `${sign}${percent(Math.abs(now - old)).replace(' %', '')} points`;
  return old === 0 ? '–' : `${sign}${percent(Math.abs(now / old - 1))}`;
}
