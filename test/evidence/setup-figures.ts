/**
 * `make setup-figures`: what the setups of costs.json were found to carry, what the search took, and what `plan` makes of it.
 *
 *   --results results (where `launchgate capacity chat --setup …` kept its answers)
 *   --write puts it into docs/capacity.md
 */
import { parseArgs } from 'node:util';
import { capacityText } from '../../gate/judge/capacity-lines.ts';
import { count, digits } from '../../gate/judge/figures.ts';
import { planOf } from '../../gate/judge/plan.ts';
import { planLines } from '../../gate/judge/plan-lines.ts';
import { newestCapacities, readCosts } from '../../gate/runs/folder/costs.ts';
import type { CapacityFile } from '../../src/wire/capacity-file.ts';
import { writeFigures } from './figures-document.ts';

const { values } = parseArgs({
  options: { results: { type: 'string', default: 'results' }, write: { type: 'boolean', default: false } },
});
const read = await readCosts('costs.json');
if (!read.ok) throw new Error(read.problem);
const measured = await newestCapacities(values.results, 'chat');
const rows = read.costs.setups.flatMap(({ name }) => {
  const capacity = measured.get(name);
  return capacity ? [rowOf(name, capacity)] : [];
});
const text = [
  '| setup | carries | binding | steps | requests | minutes |',
  '|---|---|---|--:|--:|--:|',
  ...rows,
  '',
  '```',
  ...planLines(planOf(read.costs, measured)),
  '```',
].join('\n');
console.log(text);
if (values.write) await writeFigures('docs/capacity.md', 'make setup-figures ARGS=--write', text);

function rowOf(setup: string, capacity: CapacityFile): string {
  const { binding, steps, requests, minutes } = capacity;
  const cells = [setup, capacityText(capacity), binding || 'nothing broke', String(steps.length)];
  return `| ${[...cells, count(requests), digits(minutes)].join(' | ')} |`;
}
