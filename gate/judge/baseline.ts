/** Which runs may stand for a configuration, and whether two configurations are the same. */
import type { Configuration, Verdict } from '../../src/wire/run-files.ts';

/** Why a run can't be evidence in a baseline or a comparison, in one clause; undefined when it can. A failed run can. */
export function whyUnfit({ outcome, provesLoad, profile, reasons }: Verdict): string | undefined {
  if (!provesLoad) return `${profile} proves nothing about load`;
  if (outcome === 'invalid' || outcome === 'interrupted') return reasons[0]?.text ?? outcome;
  return undefined;
}

const NAMES: Readonly<Record<keyof Configuration, string>> = {
  target: 'target',
  setup: 'setup',
  profile: 'profile',
  users: 'users',
  pace: 'pace',
  repeatQuestions: 'repeated questions',
  seed: 'data seed',
  processingSpeedup: 'processing speed',
  k6Version: 'k6 version',
  generators: 'generators',
};

/** What differs, one clause each; nothing when the runs may be compared. */
export function configurationDifferences(old: Configuration, now: Configuration): string[] {
  return (Object.keys(NAMES) as (keyof Configuration)[])
    .filter((key) => old[key] !== now[key])
    .map((key) => `${NAMES[key]} ${old[key] || 'none'} in the baseline, ${now[key] || 'none'} now`);
}
