/** The table of docs/reliability-home.md, a line for each case. */
import type { Row } from './attack.ts';

const HEAD = '| case | what happened | exit | left running | next run works | readable |\n|---|---|---|---|---|---|';

/** Lines by the name of their case. */
export type Lines = ReadonlyMap<string, string>;

/** @param root of the project, which is another one each time */
export function lineOf({ name, happened, exit, left, next, readable, holds }: Row, root: string): string {
  const told = holds ? happened : `**not as promised:** ${happened}`;
  const shown = (cell: string) => cell.replaceAll(root, '…').replaceAll('|', '\\|');
  return `| ${[name, told, exit, left, next, readable].map(shown).join(' | ')} |`;
}

/** @param names of all cases, in their order; those without a line are left out */
export function tableOf(lines: Lines, names: readonly string[]): string {
  return [HEAD, ...names.flatMap((name) => lines.get(name) ?? [])].join('\n');
}

/** What the page has now; lines that begin as one of a table, but are of no case, do no harm. */
export function linesOf(page: string): Map<string, string> {
  return new Map([...page.matchAll(/^\| (.+?) \|.*$/gm)].map(([line, name]) => [name!, line]));
}
