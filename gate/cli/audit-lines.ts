/** What an audit saw, for one reader at a terminal: what was found first, then what is asked of people, then the rest. */
import type { Finding, FindingOutcome } from '../../src/wire/audit-file.ts';

const ORDER: readonly FindingOutcome[] = ['found', 'not seen', 'ok'];
const COLOURS: Record<FindingOutcome, number> = { found: 31, 'not seen': 33, ok: 32 };
const SEVERITIES: readonly Finding['severity'][] = ['critical', 'high', 'medium'];

/** @param coloured only for a terminal */
export function auditLines(findings: readonly Finding[], coloured: boolean): string[] {
  return ORDER.flatMap((outcome) =>
    findings
      .filter((finding) => finding.outcome === outcome)
      .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
      .flatMap((finding) => findingLines(finding, coloured)),
  );
}

function findingLines(
  { id, title, outcome, severity, seen, why, fix, monthlyCost }: Finding,
  coloured: boolean,
): string[] {
  const mark = outcome === 'found' ? severity.toUpperCase() : outcome;
  const painted = coloured ? `\u001b[${COLOURS[outcome]}m${mark.padEnd(8)}\u001b[0m` : mark.padEnd(8);
  const line = `${painted}  ${title} (${id}): ${seen}`;
  if (outcome !== 'found') return [line];
  return [
    line,
    `          why: ${why}`,
    `          fix: ${fix} Cost: ${monthlyCost === 0 ? 'nothing' : `$${monthlyCost} a month`}.`,
  ];
}

/** `3 found, 8 not seen, 17 in order` */
export function auditCounts(findings: readonly Finding[]): string {
  const of = (outcome: FindingOutcome) => findings.filter((finding) => finding.outcome === outcome).length;
  return `${of('found')} found, ${of('not seen')} not seen, ${of('ok')} in order`;
}
