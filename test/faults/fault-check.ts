/**
 * `make faults`: everything that can go wrong at the target, done to real runs of the real program by a proxy.
 *
 *   --only WORDS (faults whose name holds them)   --write (puts the tables into docs/reliability.md)
 *   --short (20 users for seconds)
 */
import { parseArgs } from 'node:util';
import { writeFigures } from '../evidence/figures-document.ts';
import { LONG, runEveryFault, SHORT } from './every-fault.ts';
import { faultReport } from './fault-report.ts';
import { EARLY_FAULTS, FAULTS } from './faults.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

if (![...FAULTS, ...EARLY_FAULTS].some(({ name }) => name.includes(values.only))) {
  console.error(`No fault has a name with "${values.only}".`);
  process.exit(2);
}
const load = values.short ? SHORT : LONG;
const { runs, early } = await runEveryFault(load, values.only, ({ fault, problems }) => {
  console.error(`${fault.name}: ${problems.join('\n  ') || 'as it must be'}`);
});
const text = faultReport(runs, early, { load, named: values.only });
console.log(text);
if (values.write) await writeFigures('docs/reliability.md', 'make faults ARGS=--write', text);
process.exitCode = [...runs, ...early].every(({ problems }) => problems.length === 0) ? 0 : 1;
