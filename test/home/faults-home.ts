/**
 * `make faults-home`: breaks launchgate's own home on purpose, against the real k6 and the embedded platform, and says
 * what came of it. ARGS=--write keeps the table; ARGS="--only hold" takes the cases whose name holds the word, and leaves
 * the other rows as they are.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFigures } from '../evidence/figures-document.ts';
import { ShortProject } from '../evidence/short-project.ts';
import { attacked, type Row } from './attack.ts';
import { COMMAND_CASES } from './command-cases.ts';
import { ENDING_CASES } from './ending-cases.ts';
import { Home } from './home.ts';
import { SCARCITY_CASES } from './scarcity-cases.ts';
import { SHORT_SMOKE } from './short-smoke.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean' }, only: { type: 'string' } } });
const PAGE = 'docs/reliability-home.md';
const ALL = [...ENDING_CASES, ...COMMAND_CASES, ...SCARCITY_CASES];
const cases = ALL.filter(({ name }) => new RegExp(values.only ?? '').test(name));
/** Of the table, by case. */
const lines = values.only === undefined ? new Map<string, string>() : await linesOfPage();
const project = await ShortProject.make(SHORT_SMOKE);
const { PATH = '', HOME = '', LAUNCHGATE_K6 = resolve('.tools/k6') } = process.env;
const home = new Home(project.root, { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null' });
const standing = await project.startPlatform('--switch', 'chunks=100');
home.platform = standing.url;
const rows: Row[] = [];
try {
  for (const each of cases) {
    const row = await attacked(home, each);
    console.error(lineOf(row) + (row.holds ? '' : '   <-- not as promised'));
    rows.push(row);
    // A row at a time: whoever ends it early has what was seen.
    lines.set(row.name, lineOf(row));
    if (values.write) await writeFigures(PAGE, 'make faults-home', table());
  }
} finally {
  standing.kill();
  await project.remove();
}
const broken = rows.filter(({ holds }) => !holds);
console.error(`${rows.length - broken.length} of ${rows.length} cases as promised.`);
process.exitCode = broken.length > 0 ? 1 : 0;

function lineOf({ name, happened, exit, left, next, readable }: Row): string {
  const shown = (cell: string) => cell.replaceAll(project.root, '…').replaceAll('|', '\\|');
  return `| ${[name, happened, exit, left, next, readable].map(shown).join(' | ')} |`;
}

function table(): string {
  const head = '| case | what happened | exit | left running | next run works | readable |\n|---|---|---|---|---|---|';
  return [head, ...ALL.flatMap(({ name }) => lines.get(name) ?? [])].join('\n');
}

async function linesOfPage(): Promise<Map<string, string>> {
  const rows = (await readFile(PAGE, 'utf8')).matchAll(/^\| (.+?) \|.*$/gm);
  return new Map([...rows].map(([line, name]) => [name!, line]));
}
