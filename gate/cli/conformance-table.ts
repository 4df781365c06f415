/**
 * What conforms, where nothing has a number: a row a property, a column a tier. Several deviations of one tier are easier
 * to see as a column than in thirty lines.
 */
import type { CriterionVerdict, Outcome } from '../../src/wire/run-files.ts';

/** Whether these say no more than conforms or deviates. */
export function isConformance(criteria: readonly CriterionVerdict[]): boolean {
  return criteria.length > 0 && criteria.every(({ stat }) => stat === 'conformance');
}

/** @param paint colours a word of this outcome */
export function conformanceLines(
  criteria: readonly CriterionVerdict[],
  paint: (text: string, outcome: Outcome) => string,
): string[] {
  const tiers = [...new Set(criteria.map(({ phase }) => phase))];
  const properties = [...new Set(criteria.map(({ criterion }) => criterion))];
  const cellOf = (property: string, tier: string) =>
    criteria.find(({ criterion, phase }) => criterion === property && phase === tier);
  const widths = tiers.map((tier) =>
    Math.max(tier.length, ...properties.map((property) => (cellOf(property, tier)?.outcome ?? '–').length)),
  );
  const first = Math.max('property'.length, ...properties.map(({ length }) => length));
  const line = (name: string, cells: string[]) => [name.padEnd(first), ...cells].join('  ').trimEnd();
  return [
    line(
      'property',
      tiers.map((tier, column) => tier.padEnd(widths[column]!)),
    ),
    ...properties.map((property) =>
      line(
        property,
        tiers.map((tier, column) => {
          const cell = cellOf(property, tier);
          const text = (cell?.outcome ?? '–').padEnd(widths[column]!);
          return cell ? paint(text, cell.outcome) : text;
        }),
      ),
    ),
    ...properties.flatMap((property) => notesOf(criteria.filter(({ criterion }) => criterion === property))),
  ];
}

/** What deviates of one property; tiers of which the same is said share a line. */
function notesOf(criteria: readonly CriterionVerdict[]): string[] {
  const noted = criteria.filter(({ outcome, note }) => outcome !== 'pass' && note);
  return [...new Set(noted.map(({ note }) => note))].map((note) => {
    const tiers = noted.filter((verdict) => verdict.note === note).map(({ phase }) => phase);
    return `  ${noted[0]!.criterion}, ${tiers.join(', ')}: ${note}`;
  });
}
