/** The answer of a capacity search in words. */

import { CRITERIA } from '../../src/thresholds.ts';
import type { CapacityFile, CapacityStep, Used } from '../../src/wire/capacity-file.ts';
import { inColumns } from './columns.ts';
import { count, digits, percent } from './figures.ts';
import { QUEUE_GROWTH } from './queue-growth.ts';
import { AI_USE } from './step.ts';

/** `14 to 17 users` */
export function capacityText({ low, high }: Pick<CapacityFile, 'low' | 'high'>): string {
  return high === null ? `${count(low)} users or more` : `${count(low)} to ${count(high)} users`;
}

/** `step  40 users  short  breaks  0.9 min  ai-use at 133 %` */
export function stepLine({ users, length, decision, because, thin, minutes, limits }: CapacityStep): string {
  const binding = because || (limits[0] ? `${limits[0].criterion} at ${percent(limits[0].used)} of its limit` : '');
  const notes = [binding, ...(thin ? ['by its values: too few samples prove it'] : [])].filter(Boolean);
  return `${count(users).padStart(5)} users  ${length.padEnd(5)}  ${decision.padEnd(9)}  ${digits(minutes)} min  ${notes.join('; ')}`;
}

/** What bound, the headroom of every other limit, what the answer rests on, and the answer, which stands last. */
export function capacityLines(file: CapacityFile): string[] {
  const { test, target, setup, binding, headroom, sure, thin, ended, minutes, requests, confidence, steps } = file;
  return [
    '',
    ...(headroom.length > 0 ? [`At ${count(file.low)} users`, ...headroomLines(headroom), ''] : []),
    `${steps.length} steps, ${count(requests)} requests, ${digits(minutes)} minutes; each decision at ${confidence} confidence.`,
    ...doubts(file),
    `${test} on ${[target, setup].filter(Boolean).join(', ')}: ${capacityText(file)}. ${bindingText(binding)}`,
  ];

  function doubts({ high, low }: CapacityFile): string[] {
    return [
      ...(ended === 'budget'
        ? ['Time ran out before the ends were as close as they could be: the interval is wide for it.']
        : []),
      ...(ended === 'generator'
        ? ['The generator could not be trusted any further: the answer rests on what was measured before.']
        : []),
      ...(low > 0 && !sure.low ? [`${count(low)} users were held for a short step only.`] : []),
      ...(high !== null && !sure.high ? [`${count(high)} users broke in a short step only.`] : []),
      ...(thin
        ? [`So few users send too few requests to prove every limit: ${count(low)} users held by their values.`]
        : []),
    ];
  }
}

function headroomLines(limits: readonly Used[]): string[] {
  return inColumns(
    limits.map(({ criterion, used }) => [
      `  ${criterion}`,
      `${percent(used)} used`,
      `headroom ${percent(Math.max(0, 1 - used))}`,
    ]),
  );
}

/** What broke at the upper end, in a sentence. */
export function bindingText(binding: string): string {
  if (binding === '') return 'Nothing broke.';
  return `What binds is ${binding}: ${limitTitle(binding)}.`;
}

function limitTitle(binding: string): string {
  if (binding === AI_USE) return 'more is asked of the AI provider than it gives in a minute';
  if (binding === QUEUE_GROWTH) return 'more videos come in than are processed, so that the queue grows';
  if (binding === 'target-died') return 'the platform ended by itself';
  if (binding === 'target-refused') return 'not one request was answered as it should be';
  const criterion = CRITERIA.find(({ id }) => id === binding);
  return criterion ? `${criterion.source}` : 'the platform takes in more than it gets done';
}
