/**
 * Who does how much of what, when: every test's phases, users, mix and pace. Pure data, read by the k6 bundles and by
 * the gate alike.
 */

import { BULK, PACE_SECONDS, UPLOADS } from './behaviour.ts';
import type { UserRow } from './wire/fixtures.ts';

/** Profiles that a user can ask for. smoke: does it work at all; gate: for pull requests; full: the checklist's. */
export const PROFILES = ['smoke', 'gate', 'standard', 'full'] as const;
export type Profile = (typeof PROFILES)[number];

/**
 * A ramp, then a hold at one level. Only the hold is judged.
 * @property load what each scenario holds: users (closed, once) or arrivals a second (open)
 */
export interface Phase {
  readonly name: PhaseName;
  readonly rampSeconds: number;
  readonly holdSeconds: number;
  readonly load: Readonly<Record<string, number>>;
}

export const PHASES = [
  'smoke',
  'fill',
  'normal',
  'peak',
  'stress',
  'burst',
  'spike',
  'early',
  'middle',
  'late',
  'recovery',
] as const;
export type PhaseName = (typeof PHASES)[number];
/** People who wait for the answer: a slow platform would get less load, so throughput has a floor. */
interface Closed {
  readonly model: 'closed';
  /** Mean from the start of one journey to the start of the next. */
  readonly everySeconds: number;
  /** The journey itself spaces what it does, and `everySeconds` are from one message to the next. */
  readonly pacesItself?: true;
}

/** Arrivals that wait for nobody: a slow platform makes them pile up until no user is left to take the next. */
interface Open {
  readonly model: 'open';
  /** So many users stand ready as arrive in this time. Journeys that last longer on average lose arrivals. */
  readonly journeySeconds: number;
  /** Arrivals keep time with video processing, which PROCESSING_SPEEDUP makes faster, and not with the users. */
  readonly clock?: 'processing';
}

/** Each user makes one journey, beside the load. */
interface Once {
  readonly model: 'once';
}

/**
 * Who a scenario's users are. Each is its own student; or any of the students, of the students, creators or uploaders
 * without limits, whom several may be at once; or those who are there to meet their limits.
 */
export type Actors = 'own students' | 'students' | 'unlimited students' | 'creators' | 'uploaders' | 'limits';

export type Scenario = (Closed | Open | Once) & {
  /** AI answers that a journey asks for, on average. */
  readonly asks: number;
  readonly users: Actors;
};

export interface Workload {
  readonly title: string;
  /** Each scenario's journey is the function of its name that src/tests/<test>.ts hands to defineTest. */
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** Down to nothing after the last hold, so that requests in flight can end. */
  readonly coolDownSeconds: number;
  readonly profiles: Readonly<Partial<Record<Profile, readonly Phase[]>>>;
}

const CHATTING = {
  model: 'closed',
  everySeconds: PACE_SECONDS.mean,
  pacesItself: true,
  asks: 1,
  users: 'own students',
} as const;

/**
 * Videos that are published in an hour of processing: a little more than ten workers get through (107 of 5.6 minutes each),
 * so that none of them is idle and the rate that is seen is theirs, and so little more that after four hours of it about
 * 20 wait. The holds are as long as the rate needs: an hour of ten workers varies by three videos. Simulated
 * (test/platform/publishing.test.ts): 97 runs of 100 pass or more, also with twice the workers; with nine of them the rate
 * fails, and one falls behind at once.
 */
const PUBLISHED_PER_HOUR = 110;

/** What PROCESSING_SPEEDUP is on the embedded platform where it is not set: a minute is an hour, but in full. */
export const PROCESSING_SPEEDUP: Readonly<Record<Profile, number>> = { smoke: 60, gate: 60, standard: 60, full: 1 };

const FILES_IN_BULK = BULK.files.reduce((sum, files) => sum + files, 0) / BULK.files.length;
/** One file or a bulk, on average. */
export const FILES_PER_UPLOAD = 1 + (FILES_IN_BULK - 1) / BULK.every;

/** So many creators upload at a time, while videos are published at their own rate; one looks at what is refused. */
function uploading(uploaders: number) {
  return { uploaders, publishers: PUBLISHED_PER_HOUR / FILES_PER_UPLOAD / 3_600, refusals: 1 };
}

function halves(users: number) {
  return { creators: users / 2, students: users / 2 };
}

/** Of 1,000 users 850 chat, 100 read dashboards and 50 upload, while 5 a second sign in anew. */
function everybody(users: number) {
  return { students: 0.85 * users, creators: 0.1 * users, uploaders: 0.05 * users, visitors: 0.005 * users };
}

/**
 * How long a hold must be: a p99, or a share of 1 %, is proven at 0.99 confidence by 459 samples of which none is over
 * the limit, or 1,001 of which three are; a p95 by 90 or 198; a share of 0.5 % by 919 or 2,006, of 2 % by 228 or 499.
 */
export const WORKLOADS = {
  quick: {
    title: 'A few users look at everything once: chat, dashboards, videos, health',
    scenarios: {
      students: { model: 'closed', everySeconds: 10, asks: 1, users: 'own students' },
      creators: { model: 'closed', everySeconds: 10, asks: 0, users: 'creators' },
    },
    coolDownSeconds: 5,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 8, load: { students: 7, creators: 3 } }],
      // Checklist: 10 users, 30 s.
      standard: [{ name: 'normal', rampSeconds: 2, holdSeconds: 30, load: { students: 7, creators: 3 } }],
      full: [{ name: 'normal', rampSeconds: 2, holdSeconds: 30, load: { students: 7, creators: 3 } }],
    },
  },
  chat: {
    title: 'Students chat with the assistant about their creator’s videos',
    scenarios: { students: CHATTING },
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
  video: {
    title: 'Creators upload videos, and see them processed',
    scenarios: {
      uploaders: { model: 'closed', everySeconds: 4, asks: 0, users: 'uploaders' },
      // An hour of processing: 50 waiting videos alone are half an hour of it.
      publishers: { model: 'open', journeySeconds: 3_600, clock: 'processing', asks: 0, users: 'uploaders' },
      refusals: { model: 'once', asks: 0, users: 'uploaders' },
    },
    coolDownSeconds: 15,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 15, load: uploading(4) }],
      // An uploader asks for an address every 4 s: 450, 750 and 2,250 in the holds. The videos that are published take
      // 60 times less to process than they would, so that a hold of a minute is an hour of it.
      standard: [
        { name: 'normal', rampSeconds: 10, holdSeconds: 90, load: uploading(20) },
        { name: 'peak', rampSeconds: 10, holdSeconds: 60, load: uploading(50) },
        { name: 'stress', rampSeconds: 10, holdSeconds: 90, load: uploading(100) },
      ],
      // Checklist: warm-up 120 s; 20, 50, 100 uploads at a time. An hour of 100, for an hour of processing: of twenty
      // minutes, in which 33 videos are promised, half of the runs would see 32 or fewer.
      full: [
        { name: 'normal', rampSeconds: 120, holdSeconds: 300, load: uploading(20) },
        { name: 'peak', rampSeconds: 30, holdSeconds: 300, load: uploading(50) },
        { name: 'stress', rampSeconds: 30, holdSeconds: 3_600, load: uploading(100) },
      ],
    },
  },

  auth: {
    title: 'Visitors sign in, come back, and sign out',
    // Six requests at most. Where the p95 of one is at its limit of 2 s, its mean is about 0.8 s (lognormal, sigma 0.8).
    scenarios: { visitors: { model: 'open', journeySeconds: 5, asks: 0, users: 'students' } },
    coolDownSeconds: 0,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 10, load: { visitors: 3 } }],
      // 3,000, 1,800 and 4,000 sign-ins in the holds.
      standard: [
        { name: 'burst', rampSeconds: 10, holdSeconds: 30, load: { visitors: 100 } },
        { name: 'normal', rampSeconds: 5, holdSeconds: 60, load: { visitors: 30 } },
        { name: 'spike', rampSeconds: 5, holdSeconds: 20, load: { visitors: 200 } },
      ],
      // Checklist: burst of 50 to 100 a second 60 s, 30 a second 300 s, spike of 200 a second 120 s.
      full: [
        { name: 'burst', rampSeconds: 10, holdSeconds: 60, load: { visitors: 100 } },
        { name: 'normal', rampSeconds: 10, holdSeconds: 300, load: { visitors: 30 } },
        { name: 'spike', rampSeconds: 5, holdSeconds: 120, load: { visitors: 200 } },
      ],
    },
  },

  database: {
    title: 'Dashboards, vector searches and writes fill the connection pool',
    // Half of the journeys are the creators', as the checklist's mix wants; the students share the rest, see DATABASE_MIX.
    scenarios: {
      creators: { model: 'closed', everySeconds: 10, asks: 0, users: 'creators' },
      students: { model: 'closed', everySeconds: 10, asks: 0.6, users: 'own students' },
    },
    coolDownSeconds: 10,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 15, load: halves(10) }],
      // A tenth of all users read a dashboard of two parts each second: 100 users give 300 in 30 s, 200 give 1,800 in 90 s.
      // 3 % of them search: 540 vectors in normal, 1,125 in peak.
      standard: [
        { name: 'fill', rampSeconds: 15, holdSeconds: 30, load: halves(100) },
        { name: 'normal', rampSeconds: 10, holdSeconds: 90, load: halves(200) },
        { name: 'peak', rampSeconds: 15, holdSeconds: 75, load: halves(500) },
        // What the checklist gives the platform to recover in is the ramp down.
        { name: 'recovery', rampSeconds: 60, holdSeconds: 40, load: halves(100) },
      ],
      // Checklist: 10 to 30 requests a second 120 s; 200 users 600 s; 500 users 300 s; recovery 180 s.
      full: [
        { name: 'fill', rampSeconds: 60, holdSeconds: 60, load: halves(100) },
        { name: 'normal', rampSeconds: 30, holdSeconds: 600, load: halves(200) },
        { name: 'peak', rampSeconds: 30, holdSeconds: 300, load: halves(500) },
        { name: 'recovery', rampSeconds: 60, holdSeconds: 120, load: halves(100) },
      ],
    },
  },

  'rate-limits': {
    title: 'Each tier gets what it is allowed, and not one request more',
    // One virtual user for each of four limits in each of four tiers; the chat and quiz ones ask about 15 times each.
    scenarios: { inspectors: { model: 'once', asks: 15, users: 'limits' } },
    coolDownSeconds: 0,
    profiles: {
      // It ends when all is seen; the hold is the longest that it may take. A limit is looked at when its windows fit in.
      smoke: [{ name: 'smoke', rampSeconds: 0, holdSeconds: 120, load: { inspectors: 16 } }],
      standard: [{ name: 'normal', rampSeconds: 0, holdSeconds: 300, load: { inspectors: 16 } }],
      full: [{ name: 'normal', rampSeconds: 0, holdSeconds: 15_000, load: { inspectors: 16 } }],
    },
  },

  mixed: {
    title: 'Everybody at once: chat, dashboards, uploads and sign-ins, 1,000 users held',
    scenarios: {
      students: CHATTING,
      creators: { model: 'closed', everySeconds: 15, asks: 0, users: 'creators' },
      uploaders: { model: 'closed', everySeconds: 30, asks: 0, users: 'uploaders' },
      visitors: { model: 'open', journeySeconds: 5, asks: 0, users: 'students' },
    },
    coolDownSeconds: 10,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 15, load: everybody(20) }],
      // 5,600 messages, 1,600 dashboards, 200 uploads and 600 sign-ins in the hold.
      standard: [{ name: 'stress', rampSeconds: 40, holdSeconds: 120, load: everybody(1_000) }],
      full: [
        { name: 'normal', rampSeconds: 60, holdSeconds: 300, load: everybody(100) },
        { name: 'stress', rampSeconds: 120, holdSeconds: 900, load: everybody(1_000) },
      ],
    },
  },

  spike: {
    title: 'A lecture ends: from 100 students to 1,000 in ten seconds, and back',
    scenarios: { students: CHATTING },
    coolDownSeconds: 10,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 15, load: { students: 10 } }],
      // 555, 3,333 and 555 messages: enough to compare the p95 before and after, and for 1 % of failures.
      standard: [
        { name: 'normal', rampSeconds: 15, holdSeconds: 100, load: { students: 100 } },
        { name: 'spike', rampSeconds: 10, holdSeconds: 60, load: { students: 1_000 } },
        { name: 'recovery', rampSeconds: 60, holdSeconds: 100, load: { students: 100 } },
      ],
      full: [
        { name: 'normal', rampSeconds: 60, holdSeconds: 300, load: { students: 100 } },
        { name: 'spike', rampSeconds: 10, holdSeconds: 300, load: { students: 1_000 } },
        { name: 'recovery', rampSeconds: 60, holdSeconds: 300, load: { students: 100 } },
      ],
    },
  },

  soak: {
    title: 'Normal load for hours: does anything grow, slow down or leak?',
    scenarios: {
      students: { ...CHATTING, users: 'unlimited students' },
      creators: { model: 'closed', everySeconds: 15, asks: 0, users: 'creators' },
    },
    coolDownSeconds: 10,
    profiles: {
      smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 15, load: { students: 9, creators: 3 } }],
      // 90 students send 5 messages a second: 1,500 in each of the two ends that are compared. SOAK_HOURS sets the middle.
      standard: [
        { name: 'early', rampSeconds: 60, holdSeconds: 300, load: { students: 90, creators: 10 } },
        { name: 'middle', rampSeconds: 0, holdSeconds: 3_600, load: { students: 90, creators: 10 } },
        { name: 'late', rampSeconds: 0, holdSeconds: 300, load: { students: 90, creators: 10 } },
      ],
      full: [
        { name: 'early', rampSeconds: 60, holdSeconds: 900, load: { students: 90, creators: 10 } },
        { name: 'middle', rampSeconds: 0, holdSeconds: 8 * 3_600, load: { students: 90, creators: 10 } },
        { name: 'late', rampSeconds: 0, holdSeconds: 900, load: { students: 90, creators: 10 } },
      ],
    },
  },
} as const satisfies Record<string, Workload>;

export type TestName = keyof typeof WORKLOADS;
export const TEST_NAMES = Object.keys(WORKLOADS) as TestName[];

/** A share of the planned messages that a hold must reach at least: less, and the platform slowed its users down. */
export const THROUGHPUT_FLOOR = 0.9;

/** A window of a run's schedule, in ms since its start. */
export interface Window {
  readonly phase: PhaseName;
  /** Who are there all the time: those who come once or arrive are not counted. */
  readonly users: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of the settings changes a profile; each as the user wrote it, '' where unset. */
export interface LoadSettings {
  readonly PROFILE: string;
  readonly USERS: string;
  readonly SOAK_HOURS: string;
  readonly STEP_SECONDS?: string;
}

/**
 * The phases that a run with these settings goes through.
 * @throws RangeError with one plain line when the test has no such profile, or no users who could hold a step
 */
export function plannedPhases(test: TestName, settings: LoadSettings): readonly Phase[] {
  const phases = phasesOf(test, settings.PROFILE as Profile, settings.USERS ? Number(settings.USERS) : undefined);
  if (settings.STEP_SECONDS) return [stepOf(test, settings, Number(settings.STEP_SECONDS))];
  if (test !== 'soak' || !settings.SOAK_HOURS) return phases;
  const holdSeconds = Number(settings.SOAK_HOURS) * 3_600;
  return phases.map((phase) => (phase.name === 'middle' ? { ...phase, holdSeconds } : phase));
}

/** So many users join in a second of a step's ramp, which takes no longer than the limit. */
const STEP_RAMP = { usersPerSecond: 40, leastSeconds: 5, mostSeconds: 20 } as const;

/**
 * One phase of normal load with all the users at once: a step of a capacity search. What they upload is published and
 * processed, so more of them publish more.
 */
function stepOf(test: TestName, { PROFILE, USERS }: LoadSettings, holdSeconds: number): Phase {
  const phases = phasesOf(test, PROFILE as Profile);
  const normal = phases.find(({ name }) => name === 'normal') ?? phases[0]!;
  const usual = levelOf(test, normal, 'closed');
  if (usual === 0) throw new RangeError(`STEP_SECONDS is for tests whose users stay; those of ${test} come and go.`);
  const users = Number(USERS) || usual;
  const factor = users / usual;
  const ramp = Math.ceil(users / STEP_RAMP.usersPerSecond);
  const rampSeconds = Math.min(STEP_RAMP.mostSeconds, Math.max(STEP_RAMP.leastSeconds, ramp));
  const load = scaled(normal.load, WORKLOADS[test], factor, ({ model }) => model === 'once');
  return { name: normal.name, rampSeconds, holdSeconds, load };
}

/**
 * The phases of a test, scaled so that the largest has `users` users (all scenarios together; where nobody waits,
 * arrivals a second) when that is given.
 * @throws RangeError with one plain line when the test has no such profile
 */
export function phasesOf(test: TestName, profile: Profile, users?: number): readonly Phase[] {
  const workload: Workload = WORKLOADS[test];
  const phases = workload.profiles[profile];
  if (!phases) {
    throw new RangeError(`${test} has no profile "${profile}"; it has ${Object.keys(workload.profiles).join(', ')}.`);
  }
  if (users === undefined) return phases;
  const factor = users / peakLevel(test, phases);
  return phases.map((phase) => ({ ...phase, load: scaled(phase.load, workload, factor) }));
}

/** Virtual users of a phase who act all the time: those of its closed scenarios, else those who come once. */
function usersIn(test: TestName, phase: Phase): number {
  return levelOf(test, phase, 'closed') || levelOf(test, phase, 'once');
}

/** Virtual users of the largest phase. */
export function mostUsers(test: TestName, phases: readonly Phase[]): number {
  return Math.max(...phases.map((phase) => usersIn(test, phase)));
}

/** Users of the largest phase, or arrivals a second where nobody else is there. */
export function peakLevel(test: TestName, phases: readonly Phase[]): number {
  return mostUsers(test, phases) || Math.max(...phases.map((phase) => levelOf(test, phase, 'open')));
}

/** The load in words: `up to 1,000 users`, `up to 200 arrivals a second`. */
export function loadText(test: TestName, phases: readonly Phase[]): string {
  const unit = mostUsers(test, phases) > 0 ? 'users' : 'arrivals a second';
  return `up to ${peakLevel(test, phases).toLocaleString('en-US')} ${unit}`;
}

/** Virtual users that a scenario keeps ready. */
export function virtualUsers(test: TestName, phases: readonly Phase[], scenario: string): number {
  const plan = scenarioOf(test, scenario);
  const most = Math.max(...phases.map(({ load }) => load[scenario] ?? 0));
  return plan.model === 'open' ? Math.ceil(most * plan.journeySeconds) : most;
}

/** Virtual users of all scenarios together. */
export function allVirtualUsers(test: TestName, phases: readonly Phase[]): number {
  return Object.keys(WORKLOADS[test].scenarios).reduce((sum, name) => sum + virtualUsers(test, phases, name), 0);
}

/**
 * Students that the fixtures must have: k6 numbers the virtual users of all scenarios in one row, so where one scenario
 * takes students by that number, all of them need one. 0 where none does. Several processes (`generators`) number theirs
 * in turn, as if all had as many as the one with the most: each may have rounded up in every scenario, and one has the
 * user that watches the server.
 */
export function neededStudents(test: TestName, phases: readonly Phase[], generators = 1): number {
  const scenarios = Object.keys(WORKLOADS[test].scenarios);
  if (!scenarios.some((name) => scenarioOf(test, name).users === 'own students')) return 0;
  const uneven = generators > 1 ? generators * (scenarios.length + 1) : 0;
  return allVirtualUsers(test, phases) + uneven;
}

/** Users that a test can't do without, of whom it needs one at least. */
export function actorsOf(test: TestName): Actors[] {
  return Object.keys(WORKLOADS[test].scenarios).map((name) => scenarioOf(test, name).users);
}

/** Tests that are about signing in: prepared sessions are not for them. */
const SIGNING_IN: readonly string[] = ['auth'];

/**
 * Users whose prepared sessions a run takes. Those that stand beside the load (a refused upload) may be missing.
 * @param users of the fixtures, in their order
 */
export function usersWithSessions<U extends Pick<UserRow, 'role' | 'tier'>>(
  test: TestName,
  phases: readonly Phase[],
  users: readonly U[],
  generators: number,
): U[] {
  if (SIGNING_IN.includes(test)) return [];
  const students = users.filter(({ role }) => role === 'student');
  const of: Record<Actors, () => readonly U[]> = {
    // One more: the user that watches the server takes a number too.
    'own students': () => students.slice(0, neededStudents(test, phases, generators) + 1),
    students: () => students,
    'unlimited students': () => students.filter(({ tier }) => tier === 'enterprise'),
    creators: () => users.filter(({ role, tier }) => role === 'creator' && tier === 'enterprise'),
    uploaders: () => users.filter(({ role }) => role === 'uploader'),
    limits: () => users.filter(({ role }) => role === 'limits'),
  };
  return [...new Set(actorsOf(test).flatMap((actors) => of[actors]()))];
}

/** Memory that k6 needs for the files that a run sends, bytes. */
export function fileMemoryBytes(test: TestName, phases: readonly Phase[], profile: Profile): number {
  const { mostBytes, sendersOneIn } = UPLOADS[profile];
  const uploaders = Object.keys(WORKLOADS[test].scenarios)
    .filter((name) => name === 'uploaders')
    .reduce((sum, name) => sum + virtualUsers(test, phases, name), 0);
  return 2 * mostBytes * Math.ceil(uploaders / sendersOneIn);
}

/** The holds of a schedule, in order. */
export function windowsOf(test: TestName, phases: readonly Phase[]): Window[] {
  let at = 0;
  return phases.map((phase) => {
    const fromMs = at + phase.rampSeconds * 1000;
    at = fromMs + phase.holdSeconds * 1000;
    return { phase: phase.name, users: levelOf(test, phase, 'closed'), fromMs, toMs: at };
  });
}

/** Seconds from the first ramp to the end of the cool-down. */
export function plannedSeconds(test: TestName, phases: readonly Phase[]): number {
  const holds = phases.reduce((sum, phase) => sum + phase.rampSeconds + phase.holdSeconds, 0);
  return holds + WORKLOADS[test].coolDownSeconds;
}

/** Ramp and hold of each phase of one scenario, then down to nothing: levels, and the seconds that lead to them. */
export function stagesOf(
  test: TestName,
  phases: readonly Phase[],
  scenario: string,
): { readonly seconds: number; readonly level: number }[] {
  const stages = phases.flatMap(({ load, rampSeconds, holdSeconds }) => {
    const level = load[scenario] ?? 0;
    return [
      { seconds: rampSeconds, level },
      { seconds: holdSeconds, level },
    ];
  });
  return [...stages, { seconds: WORKLOADS[test].coolDownSeconds, level: 0 }];
}

/** Messages a second that so many chatting users send, when the platform doesn't slow them down. */
export function plannedMessagesPerSecond(users: number, pace: number): number {
  return (users * pace) / PACE_SECONDS.mean;
}

/** Journeys a second of a scenario at this level, when the platform doesn't slow them down; none of those made once. */
export function plannedJourneysPerSecond(test: TestName, scenario: string, level: number, pace: number): number {
  const plan = scenarioOf(test, scenario);
  switch (plan.model) {
    case 'closed':
      return (level * pace) / plan.everySeconds;
    case 'open':
      return level;
    case 'once':
      return 0;
  }
}

/**
 * Journeys of a scenario in a whole run, ramps included and down to the end of the last hold, after which nobody begins
 * one.
 * @param processingSpeedup of videos, which arrivals may keep time with
 */
export function plannedJourneys(
  test: TestName,
  phases: readonly Phase[],
  scenario: string,
  { pace, processingSpeedup }: { pace: number; processingSpeedup: number },
): number {
  const plan = scenarioOf(test, scenario);
  if (plan.model === 'once') return virtualUsers(test, phases, scenario);
  const clock = plan.model === 'open' && plan.clock ? processingSpeedup : 1;
  return (
    clock * plannedJourneysPerSecond(test, scenario, levelSeconds(stagesOf(test, phases, scenario).slice(0, -1)), pace)
  );
}

/** AI answers that a run will ask for at most, ramps and cool-down included: the planned rate over the schedule. */
export function plannedAiCalls(test: TestName, phases: readonly Phase[], pace: number): number {
  const calls = Object.keys(WORKLOADS[test].scenarios).map((name) => {
    const { model, asks } = scenarioOf(test, name);
    if (model === 'once') return asks * virtualUsers(test, phases, name);
    return asks * plannedJourneysPerSecond(test, name, levelSeconds(stagesOf(test, phases, name)), pace);
  });
  return Math.ceil(calls.reduce((sum, count) => sum + count, 0));
}

/** A level that changes evenly from stage to stage, integrated over time. */
function levelSeconds(stages: ReturnType<typeof stagesOf>): number {
  let before = 0;
  let sum = 0;
  for (const { seconds, level } of stages) {
    sum += ((before + level) / 2) * seconds;
    before = level;
  }
  return sum;
}

export function scenarioOf(test: TestName, name: string): Scenario {
  const scenarios: Workload['scenarios'] = WORKLOADS[test].scenarios;
  return scenarios[name]!;
}

function levelOf(test: TestName, phase: Phase, model: Scenario['model']): number {
  return Object.entries(phase.load).reduce(
    (sum, [name, level]) => sum + (scenarioOf(test, name).model === model ? level : 0),
    0,
  );
}

function scaled(
  load: Phase['load'],
  workload: Workload,
  factor: number,
  isFixed: (plan: Scenario) => boolean = keepsItsLevel,
): Phase['load'] {
  return Object.fromEntries(
    Object.entries(load).map(([name, level]) => {
      const plan = workload.scenarios[name]!;
      if (isFixed(plan)) return [name, level];
      const value = level * factor;
      return [name, plan.model === 'closed' ? Math.max(1, Math.round(value)) : value];
    }),
  );
}

/** What is promised of processing is promised for so many videos an hour, however many users there are. */
function keepsItsLevel(plan: Scenario): boolean {
  return plan.model === 'once' || (plan.model === 'open' && plan.clock !== undefined);
}
