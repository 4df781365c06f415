/**
 * What the journeys of src/tests send on average: how many requests, how many AI answers among them, and how many files.
 */
import {
  AUTH_MIX,
  CHAT_MIX,
  DATABASE_MIX,
  FEEDBACK_SHARE,
  POLL_SECONDS,
  TURNS,
  UPLOAD_MIX,
  UPLOADS,
} from '../../src/behaviour.ts';
import { TIERS, type Tier } from '../../src/wire/fixtures.ts';
import { INSPECTION_WINDOWS, LIMIT_NAMES, type LimitName, type Limits } from '../../src/wire/limits.ts';
import {
  FILES_PER_UPLOAD,
  type Phase,
  type Profile,
  plannedJourneys,
  scenarioOf,
  type TestName,
  virtualUsers,
  WORKLOADS,
  windowsOf,
} from '../../src/workloads.ts';

/** A run as it is planned. */
export interface PlannedRun {
  readonly test: TestName;
  readonly phases: readonly Phase[];
  readonly profile: Profile;
  readonly pace: number;
  /** How much faster than life the target processes videos; 1 where it is a real one. */
  readonly processingSpeedup: number;
  /** Of the target. */
  readonly limits: Limits;
}

/** What a run sends. */
export interface Sent {
  readonly requests: number;
  /** Of the requests, those that an AI answers. */
  readonly aiCalls: number;
  /** Videos. */
  readonly files: number;
}

type Journey = Partial<Sent> & Pick<Sent, 'requests'>;

/** A message, and its part of what its conversation sends beside the messages: a history, or perhaps a rating. */
const MESSAGE: Journey = {
  requests:
    1 +
    (CHAT_MIX.conversation + CHAT_MIX.singleQuestion * FEEDBACK_SHARE) /
      (CHAT_MIX.conversation * TURNS.mean + CHAT_MIX.singleQuestion),
  aiCalls: 1,
};
const DASHBOARD: Journey = { requests: 2 };
/** Start page of a student. */
const HOME = 3;
/** Sign-in, start page, sign-out. */
const VISIT: Journey = { requests: HOME + 2 };
/** Three sign-ins, and seven files of which one is good. */
const REFUSALS: Journey = { requests: 10 };
/** The full flow and the return of an old session send six requests each, a sign-out four. */
const SIGN_IN: Journey = { requests: (6 * (AUTH_MIX.fullFlow + AUTH_MIX.refresh) + 4 * AUTH_MIX.signOut) / 100 };
const LESSON: Journey = {
  // A search is a question; errands are the start page, a history, a rating and a new title.
  requests: (DATABASE_MIX.search + (HOME + 3) * DATABASE_MIX.errands) / 100,
  aiCalls: DATABASE_MIX.search / 100,
};

/** Seconds to process a video (PLATFORM.md: 10 to 12 an hour for each worker), and half as long to wait for a worker. */
const PROCESSING_SECONDS = 1.5 * 330;

type JourneyOf = Journey | ((run: PlannedRun) => Journey);

/** Journeys by test and scenario; in chat a journey is a message, as in workloads.ts. */
const JOURNEYS: { readonly [T in TestName]: Readonly<Record<keyof (typeof WORKLOADS)[T]['scenarios'], JourneyOf>> } = {
  quick: { students: { requests: HOME + 2, aiCalls: 1 }, creators: { requests: DASHBOARD.requests + 1 } },
  chat: { students: MESSAGE },
  video: { uploaders: uploading, publishers: publishing, refusals: REFUSALS },
  auth: { visitors: SIGN_IN },
  database: { creators: DASHBOARD, students: LESSON },
  'rate-limits': { inspectors: inspection },
  mixed: { students: MESSAGE, creators: DASHBOARD, uploaders: uploading, visitors: VISIT },
  spike: { students: MESSAGE },
  soak: { students: MESSAGE, creators: DASHBOARD },
};

/** All journeys of a run together, with the sign-ins of those who stay signed in. */
export function plannedRequests(run: PlannedRun): Sent {
  const { test, phases } = run;
  const journeys: Readonly<Record<string, JourneyOf>> = JOURNEYS[test];
  // A look at the health, before anything.
  const sum = { requests: 1, aiCalls: 0, files: 0 };
  for (const scenario of Object.keys(WORKLOADS[test].scenarios)) {
    const times = plannedJourneys(test, phases, scenario, run);
    const of = journeys[scenario]!;
    const { requests, aiCalls = 0, files = 0 } = typeof of === 'function' ? of(run) : of;
    sum.requests += times * requests + signIns(run, scenario, times);
    sum.aiCalls += times * aiCalls;
    sum.files += times * files;
  }
  return sum;
}

/** Each user signs in once, when its first journey begins; visitors sign in as a part of theirs. */
function signIns({ test, phases }: PlannedRun, scenario: string, journeys: number): number {
  if (scenarioOf(test, scenario).model === 'once' || scenario === 'visitors') return 0;
  return Math.min(virtualUsers(test, phases, scenario), journeys);
}

/** Of those who want to send a file, a part only asks where to: see UPLOADS. */
function uploading({ profile }: PlannedRun): Journey {
  const files = UPLOAD_MIX.upload / 100 / UPLOADS[profile].sendersOneIn;
  return { requests: 1 + files, files };
}

/** Each file is asked for, sent, published and watched, until it is processed or the load ends. */
function publishing({ test, phases, processingSpeedup }: PlannedRun): Journey {
  const endSeconds = windowsOf(test, phases).at(-1)!.toMs / 1000;
  const watchedSeconds = PROCESSING_SECONDS / processingSpeedup;
  const shareToTheEnd = Math.max(0, 1 - watchedSeconds / endSeconds);
  const looks =
    shareToTheEnd * looksIn(watchedSeconds) + (1 - shareToTheEnd) * looksIn(Math.min(watchedSeconds, endSeconds) / 2);
  return { requests: FILES_PER_UPLOAD * (3 + looks), files: FILES_PER_UPLOAD };
}

/** How often somebody asks who asks less and less often. */
function looksIn(seconds: number): number {
  let looks = 0;
  let pause: number = POLL_SECONDS.first;
  for (let at = 0; at < seconds; pause = Math.min(pause * POLL_SECONDS.factor, POLL_SECONDS.most)) {
    at += pause;
    looks += 1;
  }
  return looks;
}

/** Requests at once, requests beyond the largest limit, and looks until a refusal ends; src/lib/limit-inspection.ts. */
const BURST = 30;
const BEYOND = 10;
const RECOVERY_LOOKS = 7;

/** The mean of all inspectors: one for each limit of each tier. */
function inspection({ phases, limits }: PlannedRun): Journey {
  const seconds = phases[0]!.holdSeconds;
  const sent = LIMIT_NAMES.flatMap((name) => TIERS.map((tier) => inspectionOf(name, tier, limits, seconds)));
  const mean = (of: keyof Journey) => sent.reduce((sum, each) => sum + (each[of] ?? 0), 0) / sent.length;
  return { requests: mean('requests'), aiCalls: mean('aiCalls') };
}

function inspectionOf(name: LimitName, tier: Tier, limits: Limits, holdSeconds: number): Journey {
  const { windowSeconds, allowed: ofTier } = limits[name];
  const allowed = ofTier[tier];
  if (allowed === 'closed') return { requests: 2 };
  if (allowed === 'none') {
    const largest = Math.max(0, ...Object.values(ofTier).filter((each) => typeof each === 'number'));
    return { requests: 1 + largest + BEYOND, aiCalls: name === 'chat' ? largest + BEYOND : 0 };
  }
  const fits = (windows: number) => windowSeconds * windows <= holdSeconds;
  if (!fits(INSPECTION_WINDOWS.refusal)) return { requests: 0 };
  // Three users sign in: one uses the limit up and is refused, another isn't, a third uses up all but what a burst takes.
  const untilRefused = 3 + (allowed + 1) + 1 + Math.max(0, allowed - BURST / 2) + BURST;
  const recovery = fits(INSPECTION_WINDOWS.recovery) ? RECOVERY_LOOKS * Math.ceil(allowed / 5) : 0;
  const quota = limits.chatQuota[tier];
  const answered = 2 * (typeof quota === 'number' ? Math.min(quota, allowed) : allowed) + 1;
  return { requests: untilRefused + recovery, aiCalls: name === 'chat' ? answered : 0 };
}
