/** Which runs may stand for a configuration, and whether two of them were made alike. */
import type { Configuration, Verdict } from '../../src/wire/run-files.ts';
import type { Window } from '../../src/workloads.ts';
import { count } from './figures.ts';

/** Why a run can't be evidence in a baseline or a comparison, in one clause; undefined when it can. A failed run can. */
export function whyUnfit({ outcome, provesLoad, test, profile, reasons }: Verdict): string | undefined {
  if (!provesLoad) return `${profile === 'smoke' ? profile : test} proves nothing about load`;
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
  sessions: 'sessions',
  k6Version: 'k6 version',
  generators: 'generators',
};

/** What must be the same for runs to be compared. */
export interface Setup {
  configuration: Configuration;
  windows: readonly Window[];
}

/**
 * What differs, one clause each; nothing when the runs may be compared.
 * @param where how the two are told apart, after their value
 */
export function setupDifferences(old: Setup, now: Setup, where = ['in the baseline', 'now']): string[] {
  const [oldHolds, newHolds] = [holdsOf(old), holdsOf(now)];
  return [
    ...(Object.keys(NAMES) as (keyof Configuration)[])
      .filter((key) => old.configuration[key] !== now.configuration[key])
      .map((key) => [NAMES[key], old.configuration[key] || 'none', now.configuration[key] || 'none']),
    ...(oldHolds === newHolds ? [] : [['holds', oldHolds, newHolds]]),
  ].map(([name, oldValue, newValue]) => `${name} ${oldValue} ${where[0]}, ${newValue} ${where[1]}`);
}

/** `gate, embedded recommended, 100 users, k6 2.2.0; holds normal 190 s` */
export function setupText(setup: Setup): string {
  const { profile, target, setup: embedded, users, pace, k6Version } = setup.configuration;
  const parts = [
    profile,
    `${target} ${embedded}`.trim(),
    `${count(users)} users${pace === 1 ? '' : ` at pace ${pace}`}`,
    `k6 ${k6Version}`,
  ];
  return `${parts.join(', ')}; holds ${holdsOf(setup)}`;
}

/** `normal 190 s, peak 60 s` */
function holdsOf({ windows }: Setup): string {
  return windows.map(({ phase, fromMs, toMs }) => `${phase} ${(toMs - fromMs) / 1_000} s`).join(', ');
}
