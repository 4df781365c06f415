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
import { attacked } from './attack.ts';
import { COMMAND_CASES } from './command-cases.ts';
import { ENDING_CASES } from './ending-cases.ts';
import { Home } from './home.ts';
import { lineOf, linesOf, tableOf } from './home-table.ts';
import { SCARCITY_CASES } from './scarcity-cases.ts';
import { SHORT_SMOKE } from './short-smoke.ts';

const { values } = parseArgs({ options: { write: { type: 'boolean' }, only: { type: 'string' } } });
const PAGE = 'docs/reliability-home.md';
const ALL = [...ENDING_CASES, ...COMMAND_CASES, ...SCARCITY_CASES];
const cases = ALL.filter(({ name }) => new RegExp(values.only ?? '').test(name));
if (cases.length === 0) {
  console.error(`No case has a name with "${values.only}".`);
  process.exit(2);
}
/** Of the table, by case. */
const lines = values.only === undefined ? new Map<string, string>() : linesOf(await readFile(PAGE, 'utf8'));
let broken = 0;
const project = await ShortProject.make(SHORT_SMOKE);
const { PATH = '', HOME = '', LAUNCHGATE_K6 = resolve('.tools/k6') } = process.env;
const home = new Home(project.root, { PATH, HOME, LAUNCHGATE_K6, LAUNCHGATE_ENV_FILE: '/dev/null' });
const standing = await project.startPlatform('--switch', 'chunks=100');
home.platform = standing.url;
try {
  for (const each of cases) {
    const row = await attacked(home, each);
    const line = lineOf(row, project.root);
    console.error(line);
    if (!row.holds) broken += 1;
    // A row at a time: whoever ends it early has what was seen.
    lines.set(row.name, line);
    if (values.write) {
      await writeFigures(
        PAGE,
        'make faults-home',
        tableOf(
          lines,
          ALL.map(({ name }) => name),
        ),
      );
    }
  }
} finally {
  standing.kill();
  await project.remove();
}
console.error(`${cases.length - broken} of ${cases.length} cases as promised.`);
process.exitCode = broken > 0 ? 1 : 0;
