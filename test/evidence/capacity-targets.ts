/**
 * Targets of which arithmetic says how many users they carry for good: from the switches of the embedded platform, and
 * from what one user asks of it (src/behaviour.ts).
 */

import { count } from '../../gate/judge/figures.ts';
import { draw } from '../../platform/ai/provider.ts';
import { processingMs } from '../../platform/processing.ts';
import { Random } from '../../platform/random.ts';
import { SWITCHES } from '../../platform/setups.ts';
import { CHAT_MIX, FEEDBACK_SHARE, TURNS } from '../../src/behaviour.ts';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { FILES_PER_UPLOAD, plannedMessagesPerSecond, WORKLOADS } from '../../src/workloads.ts';

export interface Target {
  kind: 'ai' | 'pool' | 'workers';
  test: 'chat' | 'video';
  name: string;
  /** Changes to `recommended`. */
  switches: string[];
  /** Users that it carries. */
  truth: number;
  /**
   * Reached as somebody else's platform, by its address and with nothing said of its inside. What binds is then what
   * users meet, and not the promise that four fifths of the connections are used at most.
   */
  closed: boolean;
}

/** 20 upload at a time. */
const normal = WORKLOADS.video.profiles.standard[0];
const messagesPerSecond = plannedMessagesPerSecond(1, 1);

/** An AI provider that allows so many a minute. */
function requests(limit: number): Target {
  return {
    ...{ kind: 'ai', test: 'chat', closed: false },
    name: `${limit} requests a minute`,
    switches: [`aiRequestsPerMinute=${limit}`],
    truth: limit / (messagesPerSecond * 60),
  };
}

function tokens(what: 'Input' | 'Output', limit: number): Target {
  const each = meanTokens(what === 'Input' ? 'inputTokens' : 'outputTokens');
  return {
    ...{ kind: 'ai', test: 'chat', closed: false },
    name: `${count(limit)} ${what.toLowerCase()} tokens a minute`,
    switches: [`ai${what}TokensPerMinute=${limit}`],
    truth: limit / (messagesPerSecond * 60 * each),
  };
}

function meanTokens(what: 'inputTokens' | 'outputTokens'): number {
  const draws = 200_000;
  let sum = 0;
  for (let number = 0; number < draws; number++) sum += draw(1, `message ${number}`)[what];
  return sum / draws;
}

/** Whoever reads back a conversation or rates an answer asks the app once more. */
const messagesPerJourney = (CHAT_MIX.conversation * TURNS.mean + CHAT_MIX.singleQuestion) / 100;
const othersPerMessage = (CHAT_MIX.conversation + CHAT_MIX.singleQuestion * FEEDBACK_SHARE) / 100 / messagesPerJourney;
/** Of platform/routes/chat.ts: a question is reserved, its sources are found, the answer is kept; all else is one query. */
const QUERIES = { message: 3, other: 1 } as const;
/** While a step runs somebody asks after the platform's health, which is one query. */
const healthPerSecond = 1_000 / LOOK_EVERY_MS;
/** What a query takes beside the way there and back: PGlite and timers, measured on an idle platform. */
const QUERY_MS = 3;

/**
 * A pool in which a query waits its turn: connections / (time of a query x queries of a user a second) users keep it
 * busy all the time, and one more makes it fall behind. The AI answers at once, so that the whole wait is the pool's.
 */
function waitingPool(connections: number, hopMs: number): Target {
  const perUser = messagesPerSecond * (QUERIES.message + othersPerMessage * QUERIES.other);
  const perSecond = connections / ((hopMs + QUERY_MS) / 1_000);
  return {
    ...{ kind: 'pool', test: 'chat', closed: true },
    name: `${connections} connections, ${hopMs} ms a query`,
    switches: [`connectionLimit=${connections}`, `queryHopMs=${hopMs}`, 'aiSlowdown=0'],
    truth: (perSecond - healthPerSecond) / perUser,
  };
}

/** A refused message is over every limit of duration: the p99 breaks with it, a little before 1 % of all requests fail. */
const REFUSED_ALLOWED = 0.01;

/**
 * Direct connections, one held for a whole request and refused when none is free: Engset's loss formula (1918), which
 * holds for any holding times, says how many users have 1 % of their messages refused.
 */
function refusingPool(connections: number, connectMs: number): Target {
  const busyMs = (queries: number) => connectMs + queries * (1 + QUERY_MS);
  const busyShare = (messagesPerSecond * (busyMs(QUERIES.message) + othersPerMessage * busyMs(QUERIES.other))) / 1_000;
  const health = (healthPerSecond * busyMs(1)) / 1_000;
  const refused = (users: number) =>
    (1 - health) * engset(users, connections, busyShare) + health * engset(users, connections - 1, busyShare);
  let users = connections;
  while (refused(users + 1) < REFUSED_ALLOWED) users++;
  const [below, above] = [refused(users), refused(users + 1)];
  return {
    ...{ kind: 'pool', test: 'chat', closed: true },
    name: `${connections} connections, ${count(connectMs)} ms a request`,
    switches: [`connectionLimit=${connections}`, 'connectionHold=request', `connectMs=${connectMs}`, 'aiSlowdown=0'],
    truth: users + (REFUSED_ALLOWED - below) / (above - below),
  };
}

/**
 * Share of requests that find all places taken.
 * @param busyShare of a user's time in which it holds a place, when none is refused
 */
export function engset(users: number, places: number, busyShare: number): number {
  const offered = busyShare / (1 - busyShare);
  let term = 1;
  let sum = 1;
  for (let taken = 1; taken <= places; taken++) {
    term *= (offered * (users - taken)) / taken;
    sum += term;
  }
  return term / sum;
}

/**
 * Workers that are busy all the time get through so many videos; a creator who uploads brings a twentieth of what is
 * published at 20 creators. PROCESSING_SPEEDUP moves both alike.
 */
function workers(workers: number): Target {
  const random = new Random(1);
  const draws = 200_000;
  let ms = 0;
  for (let number = 0; number < draws; number++) ms += processingMs(random, SWITCHES.videoMinutes.recommended) / draws;
  const published = FILES_PER_UPLOAD * normal.load.publishers! * 3_600;
  const perUploader = published / normal.load.uploaders!;
  return {
    ...{ kind: 'workers', test: 'video', closed: false },
    name: `${workers} video workers`,
    switches: [`videoWorkers=${workers}`],
    truth: (workers * 3_600_000) / ms / perUploader,
  };
}

export const TARGETS: readonly Target[] = [
  requests(50),
  requests(150),
  requests(400),
  tokens('Output', 30_000),
  tokens('Input', 300_000),
  waitingPool(8, 400),
  waitingPool(5, 400),
  refusingPool(20, 1_400),
  workers(10),
  workers(20),
];
