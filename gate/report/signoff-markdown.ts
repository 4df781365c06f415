/** signoff.md: the decision for a pull request, an issue, a mail. */
import type { LineState, SignoffFile } from '../../src/wire/release-files.ts';
import { count } from './page/figures.ts';
import { decisionSentence, minuteOf, monthlyText, NOTHING, RULE, releaseText, risksIn } from './signoff-words.ts';

export function signoffMarkdown(signoff: SignoffFile, fingerprint: string): string {
  const { decision, at, reasons, metrics, lines, findings, compared, costs, signatures, evidence } = signoff;
  const sections = [
    `# ${decision}\n\n${decisionSentence(signoff)} ${minuteOf(at)} UTC, ${releaseText(signoff)}.`,
    bulleted('Why', reasons),
    tabled(
      'Technical metrics',
      ['Pass?', 'Criterion', 'Phase', 'Target', 'Actual', '99 % interval', 'Samples', 'Run'],
      metrics.map((row) => [
        row.outcome,
        row.criterion,
        row.phase,
        row.limitText,
        row.actual,
        row.interval,
        count(row.samples),
        row.run,
      ]),
    ),
    linesTable(
      'Business metrics',
      lines.filter(({ id }) => id.startsWith('business.')),
    ),
    tabled(
      'Bottlenecks and fixes',
      ['Severity', 'What', 'Seen', 'Fix', 'Cost'],
      findings.map(({ severity, title, seen, fix, monthlyCost }) => [
        severity,
        title,
        seen,
        fix,
        monthlyText(monthlyCost),
      ]),
    ),
    tabled(
      'Before and after',
      ['Figure', 'Before', 'After', 'Verdict'],
      compared.map(({ headline, before, after, verdict }) => [headline, before, after, verdict]),
    ),
    tabled(
      'Costs and capacity',
      ['Setup', 'A month', 'Carries'],
      costs.map(({ setup, parts, carries }) => [
        setup,
        `$${parts.reduce((sum, { monthly }) => sum + monthly, 0)}`,
        carries,
      ]),
    ),
    linesTable(
      'Monitoring',
      lines.filter(({ phase }) => phase === 'Monitoring'),
    ),
    linesTable('Risks: open or waived, and not in the way', risksIn(lines)),
    linesTable(
      'Rollback plan',
      lines.filter(({ phase }) => phase === 'Rollback'),
    ),
    tabled(
      'Signatures',
      ['Role', 'Name', 'Date', 'Signature'],
      signatures.map(({ role, by, at: when }) => [role, by, when.slice(0, 10), '']),
    ),
    tabled(
      'Evidence',
      ['File', 'SHA-256'],
      [...evidence.map(({ path, sha256 }) => [path, sha256]), ['signoff.json', fingerprint]],
    ),
    `## The rule\n\n${RULE.map((rule, index) => `${index + 1}. ${rule}`).join('\n')}`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function bulleted(title: string, items: readonly string[]): string {
  return `## ${title}\n\n${items.map((item) => `- ${cell(item)}`).join('\n')}`;
}

function linesTable(title: string, lines: readonly LineState[]): string {
  return tabled(
    title,
    ['State', 'Line', 'What', 'Behind it'],
    lines.map(({ state, id, text, figure, source, waiver }) => {
      const waived = waiver ? ` (waived by ${waiver.by} until ${waiver.until}: ${waiver.note})` : '';
      return [state, id, text, `${figure}${source ? `, ${source}` : ''}${waived}`];
    }),
  );
}

function tabled(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `## ${title}\n\nNothing.`;
  const line = (cells: readonly string[]) => `| ${cells.map((text) => cell(text) || NOTHING).join(' | ')} |`;
  return [`## ${title}`, '', line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** Text that stays in its cell and is no markup. */
function cell(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, '\\$&').replace(/\s+/g, ' ');
}
