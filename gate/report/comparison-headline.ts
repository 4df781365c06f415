/** A comparison in one plain sentence: the same in the terminal, on the page and in Markdown. */
import type { Change, ChangeVerdict, Comparison } from '../../src/wire/comparison-file.ts';
import { changeText, levelText, worseBy } from '../judge/comparison-lines.ts';
import type { Headline, Tone } from './headline.ts';
import { percent, plural } from './page/figures.ts';

export const CHANGE_TONES: Record<ChangeVerdict, Tone> = {
  regressed: 'fail',
  improved: 'pass',
  equivalent: 'pass',
  inconclusive: 'unsure',
};

export function comparisonHeadline(comparison: Comparison): Headline {
  const { test, verdict, changes, missing } = comparison;
  const of = (wanted: ChangeVerdict) => changes.filter((change) => change.verdict === wanted);
  const share = (part: readonly Change[]) =>
    `${part.length} of ${plural(changes.length, 'headline figure', 'headline figures')}`;
  const common = { tone: CHANGE_TONES[verdict], word: capital(verdict) };
  switch (verdict) {
    case 'regressed':
      return {
        ...common,
        sentence: `${capital(test)} got worse in ${share(of(verdict))}.`,
        detail: listed(of(verdict)),
      };
    case 'improved':
      return {
        ...common,
        sentence: `${capital(test)} got better in ${share(of(verdict))}, and worse in none.`,
        detail: listed(of(verdict)),
      };
    case 'equivalent':
      return {
        ...common,
        sentence: `${capital(test)} is as it was: no headline figure changed by more than what counts as unchanged (${marginText(changes)}).`,
        detail: '',
      };
    case 'inconclusive':
      return {
        ...common,
        sentence:
          changes.length === 0
            ? `Nothing can be said of ${test}: no headline figure is in every run.`
            : `No change of ${test} is sure, and of ${share(of(verdict))} it is open whether there is one.`,
        detail: changes.length === 0 ? missing.join(', ') : listed(of(verdict)),
      };
  }
}

/** What a single new run can't see, in one sentence; '' when there are several. */
export function blindness({ newRuns, changes }: Comparison): string {
  const latencies = changes.filter(({ stat }) => stat !== 'failures' && stat !== 'throughput');
  if (newRuns > 1 || latencies.length === 0) return '';
  const sorted = latencies.sort((a, b) => a.detectable - b.detectable);
  const [least, most] = [sorted[0]!, sorted.at(-1)!].map(({ stat, detectable }) => worseBy(stat, detectable));
  const from = least === most ? least : `${least} to ${most}, figure by figure`;
  return `One new run is half blind: it surely sees a latency that got worse only from ${from}. Five see smaller changes.`;
}

/** The first few changes with their figures. */
function listed(changes: readonly Change[]): string {
  const shown = changes
    .slice(0, 3)
    .map(
      (change) =>
        `${change.headline}: ${levelText(change.stat, change.old)}, now ${levelText(change.stat, change.new)}, ${changeText(change)}`,
    );
  const more = changes.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${plural(more, 'more', 'more')}.` : '.');
}

function marginText(changes: readonly Change[]): string {
  const change = changes.find(({ stat }) => stat !== 'failures') ?? changes[0]!;
  return change.stat === 'failures' ? `${percent(change.margin)} of requests` : percent(change.margin);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
