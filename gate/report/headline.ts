/** The verdict in one plain sentence: the same on the page, in Markdown, JUnit and the index. */
import type { CriterionVerdict, Verdict } from '../../src/wire/run-files.ts';
import type { Evidence } from '../runs/folder/evidence.ts';
import { count, inUnit, plural } from './page/figures.ts';

export type Tone = 'pass' | 'fail' | 'unsure' | 'invalid';

export interface Headline {
  tone: Tone;
  /** One word or two, for a badge. */
  word: string;
  /** The verdict. */
  sentence: string;
  /** What it hangs on, where the verdict's reasons don't say; else ''. */
  detail: string;
}

export function headlineOf({ verdict, run, name }: Evidence): Headline {
  const test = verdict?.test ?? run?.test ?? name;
  if (!verdict) {
    return { tone: 'invalid', word: 'No verdict', sentence: `This run of ${test} has no verdict.`, detail: '' };
  }
  const { criteria } = verdict;
  const musts = criteria.filter(({ severity }) => severity === 'must');
  const of = (outcome: CriterionVerdict['outcome']) => musts.filter((criterion) => criterion.outcome === outcome);
  const share = (part: CriterionVerdict[]) =>
    `${count(part.length)} of ${plural(musts.length, 'criterion', 'criteria')}`;
  const users = Math.max(0, ...(run?.windows.map((window) => window.users) ?? []));
  const load = users > 0 ? `, with up to ${plural(users, 'user', 'users')} at once` : '';
  const weak = verdict.provesLoad ? '' : `A ${verdict.profile} run shows that it works, and nothing about load.`;
  switch (verdict.outcome) {
    case 'pass':
      return {
        tone: 'pass',
        word: 'Pass',
        sentence: `${capital(test)} holds: ${passes(verdict, musts.length)}${load}.`,
        detail: weak,
      };
    case 'fail':
      return {
        tone: 'fail',
        word: 'Fail',
        sentence: `${capital(test)} does not hold: ${share(of('fail'))} failed${load}.`,
        detail: listed(of('fail')),
      };
    case 'inconclusive': {
      const open = [...of('inconclusive'), ...of('not measured')];
      return {
        tone: 'unsure',
        word: 'Inconclusive',
        sentence: `${capital(test)} is undecided: the evidence is too thin for ${share(open)}.`,
        detail: listed(open),
      };
    }
    case 'invalid':
      return {
        tone: 'invalid',
        word: 'Invalid',
        sentence: `This run of ${test} proves nothing: the load itself can’t be trusted.`,
        detail: '',
      };
    case 'interrupted':
      return {
        tone: 'invalid',
        word: 'Interrupted',
        sentence: `This run of ${test} was stopped before its end.`,
        detail: '',
      };
  }
}

function passes({ provesLoad, confidence }: Verdict, criteria: number): string {
  if (!provesLoad) return `${plural(criteria, 'criterion', 'criteria')} met`;
  return `${plural(criteria, 'criterion', 'criteria')} met at ${inUnit(confidence, 'ratio')} confidence`;
}

/** The first few criteria with what was measured. */
function listed(criteria: CriterionVerdict[]): string {
  const shown = criteria.slice(0, 3).map(({ criterion, phase, actual, unit, limitText, note }) => {
    const value = actual === null ? 'nothing was measured' : `${inUnit(actual, unit)} (${limitText})`;
    return `${criterion} in ${phase}: ${note || value}`;
  });
  const more = criteria.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${count(more)} more`] : [])].join(' · ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
