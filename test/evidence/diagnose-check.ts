/**
 * `make diagnose-check`: how often the diagnosis is right, on runs of the embedded platform in which it is known what is
 * wrong. Each weak point alone at two strengths and two seeds, healthy platforms, pairs, and faults that are none of the
 * weak points; beside it random choice and plain z-scores on the same runs. The diagnosis reads what a run leaves of any
 * deployment: neither switches nor the platform's own record.
 *
 *   --seeds 1,2   --healthy 30   --jobs 1 (runs at a time)   --keep DIR (runs stay there, and are not made twice)
 *   --write       puts the table into docs/diagnosis.md
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnosedRuns, makeRuns } from './diagnosed-runs.ts';
import { cases } from './diagnosis-cases.ts';
import { accuracyReport } from './diagnosis-report.ts';
import { writeFigures } from './figures-document.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2' },
    healthy: { type: 'string', default: '30' },
    jobs: { type: 'string', default: '1' },
    keep: { type: 'string', default: join('.cache', 'diagnose-check') },
    write: { type: 'boolean', default: false },
  },
});

const started = Date.now();
const wanted = cases(values.seeds.split(',').map(Number), Number(values.healthy));
const made = await makeRuns(wanted, values.keep, Number(values.jobs));
const minutes = (Date.now() - started) / 60_000;
const text = accuracyReport(await diagnosedRuns(wanted, values.keep), { seeds: values.seeds, minutes, made });
console.log(text);
if (values.write) await writeFigures('docs/diagnosis.md', 'make diagnose-check ARGS=--write', text);
