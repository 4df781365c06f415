/** A chat load in place of a profile's own, so that real runs are over in seconds. */
import type { Edit } from '../evidence/short-project.ts';

/** A chat load of one hold. */
export interface Load {
  profile: 'smoke' | 'gate';
  users: number;
  rampSeconds: number;
  holdSeconds: number;
  /** From one message of a user's to the next, on average. */
  everySeconds: number;
}

const ORIGINAL = {
  smoke: {
    phase: 'smoke',
    text: "smoke: [{ name: 'smoke', rampSeconds: 3, holdSeconds: 25, load: { students: 10 } }]",
  },
  gate: {
    phase: 'normal',
    text: "gate: [{ name: 'normal', rampSeconds: 15, holdSeconds: 190, load: { students: 100 } }]",
  },
} as const;
export const COOL_DOWN_SECONDS = 3;

/** The project with this load in the place of its profile; no limit of the users' is in its way. */
export function shortened({ profile, users, rampSeconds, holdSeconds, everySeconds: mean }: Load): Edit[] {
  const { phase, text: instead } = ORIGINAL[profile];
  const pause = `shortest: ${mean / 2}, longest: ${1.5 * mean}, mean: ${mean}, thinkSeconds: 1`;
  const hold = `{ name: '${phase}', rampSeconds: ${rampSeconds}, holdSeconds: ${holdSeconds}, load: { students: ${users} } }`;
  return [
    ['src/workloads.ts', instead, `${profile}: [${hold}]`],
    ['src/workloads.ts', 'coolDownSeconds: 10', `coolDownSeconds: ${COOL_DOWN_SECONDS}`],
    ['src/behaviour.ts', 'shortest: 9, longest: 27, mean: 18, thinkSeconds: 6', pause],
    [
      'src/wire/limits.ts',
      'chatQuota: { free: 3, basic: 100, pro: 500',
      "chatQuota: { free: 3, basic: 'none', pro: 'none'",
    ],
    ['src/wire/limits.ts', 'free: 10, basic: 10, pro: 50', "free: 10, basic: 'none', pro: 'none'"],
  ];
}

/** The phase that it holds. */
export function holdOf({ profile }: Load): string {
  return ORIGINAL[profile].phase;
}
