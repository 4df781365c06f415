/**
 * Who does how much of what, when: every test's phases, users, mix and pace. Pure data, read by the k6 bundles and by
 * the gate alike.
 */

/** Profiles that a user can ask for. smoke: does it work at all; gate: for pull requests; full: the checklist's. */
export const PROFILES = ['smoke', 'gate', 'standard', 'full'] as const;
export type Profile = (typeof PROFILES)[number];

/**
 * A ramp, then a hold at one level. Only the hold is judged.
 * @property load what each scenario holds: users (closed model) or arrivals a second (open model)
 */
export interface Phase {
  readonly name: PhaseName;
  readonly rampSeconds: number;
  readonly holdSeconds: number;
  readonly load: Readonly<Record<string, number>>;
}

export const PHASES = ['smoke', 'normal', 'peak', 'stress'] as const;
export type PhaseName = (typeof PHASES)[number];
/** Tag of everything outside a hold: ramps, warm-up, cool-down. */
export const RAMP = 'ramp';

/** closed: people who wait for the answer; open: arrivals that don't. */
export type Model = 'closed' | 'open';

export interface Workload {
  readonly title: string;
  /** Scenario name -> model. The scenario's journey is the function of that name in src/tests/<test>.ts, or its default. */
  readonly scenarios: Readonly<Record<string, Model>>;
  /** Down to nothing after the last hold, so that requests in flight can end. */
  readonly coolDownSeconds: number;
  readonly profiles: Readonly<Partial<Record<Profile, readonly Phase[]>>>;
}

export const WORKLOADS = {
  chat: {
    title: 'Students chat with the assistant about their creator’s videos',
    scenarios: { students: 'closed' },
    coolDownSeconds: 10,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 3, holdSeconds: 25, load: { students: 10 } }],
      // 100 users ask 100 / 18 = 5.6 questions a second; 190 s of that are about 1,055. A platform that fails 1 in
      // 1,000 then passes a 1 % limit at 0.99 confidence in 98 runs of 100; 150 s (833) would pass only 80.
      gate: [{ name: 'normal', rampSeconds: 15, holdSeconds: 190, load: { students: 100 } }],
      standard: [
        { name: 'normal', rampSeconds: 15, holdSeconds: 190, load: { students: 100 } },
        { name: 'peak', rampSeconds: 20, holdSeconds: 60, load: { students: 500 } },
        { name: 'stress', rampSeconds: 30, holdSeconds: 60, load: { students: 1_000 } },
      ],
      // Checklist: warm-up 60 s; normal 300 s, peak 600 s, stress 600 s; cool-down 60 s.
      full: [
        { name: 'normal', rampSeconds: 60, holdSeconds: 300, load: { students: 100 } },
        { name: 'peak', rampSeconds: 60, holdSeconds: 600, load: { students: 500 } },
        { name: 'stress', rampSeconds: 60, holdSeconds: 600, load: { students: 1_000 } },
      ],
    },
  },
} as const satisfies Record<string, Workload>;

export type TestName = keyof typeof WORKLOADS;
export const TEST_NAMES = Object.keys(WORKLOADS) as TestName[];

/** Chat: share of journeys, per cent (checklist: 70 % conversations, 30 % one question). */
export const CHAT_MIX = { conversation: 70, singleQuestion: 30 } as const;

/** Half of those who ask one question rate the answer (checklist). */
export const FEEDBACK_SHARE = 0.5;

/**
 * Messages of a conversation: 2 plus a geometric number, 3.3 on average, at most 12. Published traces have 2.0
 * (LMSYS-Chat-1M) to 4.6 turns (ShareChat, 2025) and the checklist has 4; 3.3 is the middle of the two traces.
 */
export const TURNS = { least: 2, mean: 3.3, most: 12 } as const;

/**
 * Length of a message in characters, lognormal: mean 278, which is LMSYS-Chat-1M's mean prompt of 69.5 tokens at 4
 * characters each. The platform takes 500, and longer draws are cut there.
 */
export const MESSAGE_CHARACTERS = { mu: 5.45, sigma: 0.6 } as const;

/**
 * Pause from the start of one message to the start of the next. 18 s on average (a quick student: skims, then types), evenly spread.
 * No public chat trace records think time, so this is an assumption; PACE scales it. `thinkSeconds` is the least time
 * between an answer and the next message: it keeps a user within 10 messages a minute, and wins over PACE unless the
 * user's tier is unlimited.
 */
export const PACE_SECONDS = { shortest: 9, longest: 27, mean: 18, thinkSeconds: 6 } as const;

/** A share of the planned messages that a hold must reach at least: less, and the platform slowed its users down. */
export const THROUGHPUT_FLOOR = 0.9;

/** A window of a run's schedule, in ms since its start. */
export interface Window {
  readonly phase: PhaseName;
  readonly users: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The phases of a test, scaled so that the largest has `users` users (all scenarios together) when that is given.
 * @throws RangeError with one plain line when the test has no such profile
 */
export function phasesOf(test: TestName, profile: Profile, users?: number): readonly Phase[] {
  const workload: Workload = WORKLOADS[test];
  const phases = workload.profiles[profile];
  if (!phases) {
    throw new RangeError(`${test} has no profile "${profile}"; it has ${Object.keys(workload.profiles).join(', ')}.`);
  }
  if (users === undefined) return phases;
  const factor = users / mostUsers(test, phases);
  return phases.map((phase) => ({ ...phase, load: scaled(phase.load, workload, factor) }));
}

/** Virtual users of a phase: those of its closed scenarios. */
export function usersIn(test: TestName, phase: Phase): number {
  const scenarios: Workload['scenarios'] = WORKLOADS[test].scenarios;
  return Object.entries(phase.load).reduce((sum, [name, level]) => sum + (scenarios[name] === 'closed' ? level : 0), 0);
}

/** Virtual users of the largest phase. */
export function mostUsers(test: TestName, phases: readonly Phase[]): number {
  return Math.max(...phases.map((phase) => usersIn(test, phase)));
}

/** The holds of a schedule, in order. */
export function windowsOf(test: TestName, phases: readonly Phase[]): Window[] {
  let at = 0;
  return phases.map((phase) => {
    const fromMs = at + phase.rampSeconds * 1000;
    at = fromMs + phase.holdSeconds * 1000;
    return { phase: phase.name, users: usersIn(test, phase), fromMs, toMs: at };
  });
}

/** Seconds from the first ramp to the end of the cool-down. */
export function plannedSeconds(test: TestName, phases: readonly Phase[]): number {
  const holds = phases.reduce((sum, phase) => sum + phase.rampSeconds + phase.holdSeconds, 0);
  return holds + WORKLOADS[test].coolDownSeconds;
}

/** k6 stages of one scenario: ramp and hold of each phase, then down to nothing. */
export function stagesOf(
  test: TestName,
  phases: readonly Phase[],
  scenario: string,
): { duration: string; target: number }[] {
  const stages = phases.flatMap((phase) => {
    const target = phase.load[scenario] ?? 0;
    return [
      { duration: `${phase.rampSeconds}s`, target },
      { duration: `${phase.holdSeconds}s`, target },
    ];
  });
  return [...stages, { duration: `${WORKLOADS[test].coolDownSeconds}s`, target: 0 }];
}

/** Messages a second that so many chatting users send, when the platform doesn't slow them down. */
export function plannedMessagesPerSecond(users: number, pace: number): number {
  return (users * pace) / PACE_SECONDS.mean;
}

/** AI answers that a run will ask for at most, ramps included: the planned rate integrated over the schedule. */
export function plannedAiCalls(test: TestName, phases: readonly Phase[], pace: number): number {
  let before = 0;
  let userSeconds = 0;
  for (const phase of phases) {
    const users = usersIn(test, phase);
    userSeconds += ((before + users) / 2) * phase.rampSeconds + users * phase.holdSeconds;
    before = users;
  }
  userSeconds += (before / 2) * WORKLOADS[test].coolDownSeconds;
  return Math.ceil(plannedMessagesPerSecond(userSeconds, pace));
}

function scaled(load: Phase['load'], workload: Workload, factor: number): Phase['load'] {
  return Object.fromEntries(
    Object.entries(load).map(([name, level]) => {
      const value = level * factor;
      return [name, workload.scenarios[name] === 'closed' ? Math.max(1, Math.round(value)) : value];
    }),
  );
}
