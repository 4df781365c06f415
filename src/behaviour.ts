/**
 * How people act: pace, mixes, lengths. Apart from the tables in workloads.ts, since every virtual user holds its own copy
 * of what it imports.
 */
import type { Profile } from './workloads.ts';

/** Tag of everything outside a hold: ramps, warm-up, cool-down. */
export const RAMP = 'ramp';
/** Tag of requests that stand beside the load and are judged by their answers alone: refusals, rate limits. */
export const ASIDE = 'aside';

/**
 * Pause from the start of one message to the start of the next. 18 s on average (a quick student: skims, then types), evenly spread.
 * No public chat trace records think time, so this is an assumption; PACE scales it. `thinkSeconds` is the least time
 * between an answer and the next message: it keeps a user within 10 messages a minute, and wins over PACE unless the
 * user's tier is unlimited.
 */
export const PACE_SECONDS = { shortest: 9, longest: 27, mean: 18, thinkSeconds: 6 } as const;

/** Chat: share of journeys, per cent (checklist: 70 % conversations, 30 % one question). */
export const CHAT_MIX = { conversation: 70, singleQuestion: 30 } as const;

/** Auth: share of visits, per cent (checklist). */
export const AUTH_MIX = { fullFlow: 60, refresh: 30, signOut: 10 } as const;

/** Database: what students do beside the creators' dashboards; 30 and 20 of 100 journeys in all (checklist). */
export const DATABASE_MIX = { search: 60, errands: 40 } as const;

/** Creators who go on from the dashboard to the list of their videos, ratio 0..1. */
export const VIDEO_LIST_SHARE = 0.25;

/** Uploads: three of four only ask for an address, so that its criteria have their samples with fewer bytes sent. */
export const UPLOAD_MIX = { upload: 25, addressOnly: 75 } as const;

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
 * Uploads: 80 % are one file, 20 % are 3 to 7 at once, each number as often (checklist). In this order any few in a row
 * are five on average, so that every minute publishes the same.
 */
export const BULK = { every: 5, files: [5, 3, 7, 4, 6] } as const;

/** Files of the run's nth upload, counted from 0: dealt out, so that exactly the planned number is published. */
export function filesOfUpload(number: number): number {
  if (number % BULK.every !== BULK.every - 1) return 1;
  return BULK.files[Math.floor(number / BULK.every) % BULK.files.length]!;
}

/** In place of a phase: the whole run. */
export const RUN = 'run';

interface Uploads {
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** One of so many uploaders sends files; the others only ask where to. */
  readonly sendersOneIn: number;
}

/**
 * Files that are sent. Full sends the checklist's 5 to 25 MB, and bounds how many are under way: k6 keeps a file in
 * memory about twice (K6-FACTS: 5 GB for 100 users at 25 MB), and no two users can share one.
 */
export const UPLOADS: Readonly<Record<Profile, Uploads>> = {
  smoke: { leastBytes: 100_000, mostBytes: 100_000, sendersOneIn: 1 },
  gate: { leastBytes: 1_000_000, mostBytes: 1_000_000, sendersOneIn: 1 },
  standard: { leastBytes: 1_000_000, mostBytes: 1_000_000, sendersOneIn: 1 },
  full: { leastBytes: 5_000_000, mostBytes: 25_000_000, sendersOneIn: 5 },
};

/** Pauses between two looks at a video's processing: each longer than the one before by the factor. */
export const POLL_SECONDS = { first: 1, factor: 1.5, most: 5 } as const;
