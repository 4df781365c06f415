/** summary.md: the verdict for a pull request or the page of a CI job. */
import type { Comparison } from '../../src/wire/comparison-file.ts';
import type { Diagnosis } from '../../src/wire/diagnosis-file.ts';
import { printable } from '../../src/wire/plain-text.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import { changeText, levelText, worseBy } from '../judge/comparison-lines.ts';
import { fixText, harmText, standingText } from '../judge/diagnosis-lines.ts';
import type { Evidence } from '../runs/folder/evidence.ts';
import { blindness, CHANGE_TONES, comparisonHeadline } from './comparison-headline.ts';
import { headlineOf, type Tone } from './headline.ts';
import { count, inUnit, percent, plural } from './page/figures.ts';

const MARKS: Record<Tone, string> = { pass: '✅', fail: '❌', unsure: '❔', invalid: '⚠️' };
const OUTCOME_MARKS: Record<CriterionVerdict['outcome'], string> = {
  pass: MARKS.pass,
  fail: MARKS.fail,
  inconclusive: MARKS.unsure,
  'not measured': MARKS.invalid,
};

/** @param diagnosis or why there is none */
export function summaryMarkdown(evidence: Evidence, diagnosis: Diagnosis | { refused: string }): string {
  const { run, verdict, comparison, problems } = evidence;
  const { tone, word, sentence, detail } = headlineOf(evidence);
  const lines = [`### ${MARKS[tone]} ${word}: ${plain(sentence)}`, ''];
  if (detail) lines.push(plain(detail), '');
  for (const { text } of verdict?.reasons ?? []) lines.push(`- ${plain(text)}`);
  for (const problem of problems) lines.push(`- ${plain(problem)}`);
  if (lines.at(-1) !== '') lines.push('');
  if (!('refused' in diagnosis)) lines.push(...diagnosisPart(diagnosis));
  if (verdict) lines.push(...criteriaTables(verdict.criteria));
  if (comparison) lines.push(...comparisonPart(comparison));
  if (run) lines.push(plain(environmentLine(run)), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Weak points that show, and nothing where none does. */
function diagnosisPart({ findings }: Diagnosis): string[] {
  const causes = findings.filter(({ standing }) => standing === 'cause');
  if (causes.length === 0) return [];
  const rows = causes.map((finding) => {
    const cells = [
      finding.title,
      standingText(finding),
      finding.supporting.join('; '),
      harmText(finding),
      fixText(finding),
    ];
    return `| ${cells.map(plain).join(' | ')} |`;
  });
  return ['#### Why', '', '| Weak point | Standing | Seen | Costs | Fix |', '|---|---|---|---|---|', ...rows, ''];
}

function comparisonPart(comparison: Comparison): string[] {
  const { tone, word, sentence } = comparisonHeadline(comparison);
  const blind = blindness(comparison);
  const rows = comparison.changes.map((change) => {
    const { headline, stat, verdict } = change;
    const levels = [change.old, change.new].map((level) => levelText(stat, level));
    const cells = [verdict, headline, ...levels, changeText(change), worseBy(stat, change.detectable)].map(plain);
    return `| ${MARKS[CHANGE_TONES[verdict]]} ${cells.join(' | ')} |`;
  });
  return [
    `#### ${MARKS[tone]} Against the baseline: ${word.toLowerCase()}. ${plain(sentence)}`,
    '',
    ...(blind ? [plain(blind), ''] : []),
    '| Verdict | Figure | Old | New | Change | Would have seen |',
    '|---|---|--:|--:|--:|--:|',
    ...rows,
    '',
  ];
}

/** What needs a look stands open; what passed is folded away. */
function criteriaTables(criteria: CriterionVerdict[]): string[] {
  const open = criteria.filter(({ outcome }) => outcome !== 'pass');
  const passed = criteria.filter(({ outcome }) => outcome === 'pass');
  const lines = open.length > 0 ? [...table(open), ''] : [];
  if (passed.length === 0) return lines;
  const title = `${plural(passed.length, 'criterion', 'criteria')} passed`;
  return [...lines, `<details><summary>${title}</summary>`, '', ...table(passed), '', '</details>', ''];
}

function table(criteria: CriterionVerdict[]): string[] {
  const rows = criteria.map(({ outcome, criterion, phase, limitText, actual, unit, over, seen, severity, note }) => {
    const share = over === null || seen === 0 ? '–' : percent(over / seen);
    const value = actual === null ? '–' : inUnit(actual, unit);
    const name = severity === 'should' ? `${criterion} (should)` : criterion;
    const cells = [outcome, name, phase, limitText, value, share, count(seen), note].map(plain);
    return `| ${OUTCOME_MARKS[outcome]} ${cells.join(' | ')} |`;
  });
  return [
    '| Outcome | Criterion | Phase | Limit | Measured | Over the limit | Samples | Note |',
    '|---|---|---|---|--:|--:|--:|---|',
    ...rows,
  ];
}

function environmentLine({ runId, profile, startedAt, configuration, versions, target }: NonNullable<Evidence['run']>) {
  return [
    `Run ${runId}`,
    `${profile} profile`,
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    `target ${configuration.target}${target.revision && ` at ${target.revision}`}`,
    `k6 ${versions.k6}`,
    `git ${versions.git}`,
  ].join(' · ');
}

/** Text that Markdown and the HTML in it take as it is; names in it mention nobody. */
function plain(text: string): string {
  return printable(text.replace(/\s+/g, ' '))
    .replace(/[\\`*_[\]<>|#~&]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#8203;//');
}
