/**
 * What a run will ask of the platform and of the purse, before it is started. Planned figures: a slow platform gets fewer
 * requests, a run that is ended early too. test/src/smoke.test.ts holds them against what runs really count.
 */
import { UPLOADS } from '../../src/behaviour.ts';
import { allVirtualUsers, plannedSeconds } from '../../src/workloads.ts';
import { type PlannedRun, plannedRequests } from './journeys.ts';
import type { Prices } from './prices.ts';

export interface Estimate {
  readonly requests: number;
  readonly aiCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** From the generator to the platform. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** k6 Cloud bills the largest number of virtual users times the duration. */
  readonly vuHours: number;
  /** In the currency of the prices. */
  readonly aiCost: number;
  readonly egressCost: number;
  readonly k6CloudCost: number;
}

/** Runs count up to so many times as many requests and AI answers as were estimated, or as few. */
export const COUNTS_WITHIN = 1.5;
/** The same for bytes: answers are as long as the data behind them. */
export const BYTES_WITHIN = 2;

/** Tokens of one answer (PLATFORM.md, notes: 1,155 in and 211 out are the means of the Azure conversation trace of 2023). */
const TOKENS = { input: 1_155, output: 211 };
/** A question of 160 characters, embedded for the search. */
const EMBEDDED_TOKENS = 40;

/**
 * Bytes of a request with its headers, the session cookie among them, of an answer, and more of one by the AI; measured on
 * the embedded platform.
 */
const BYTES = { sent: 2_100, received: 800, receivedOfAi: 3_000 };

/** The estimate of one run. */
export function estimateRun(run: PlannedRun, prices: Prices): Estimate {
  const { requests, aiCalls, files } = plannedRequests(run);
  const { leastBytes, mostBytes } = UPLOADS[run.profile];
  const inputTokens = aiCalls * TOKENS.input;
  const outputTokens = aiCalls * TOKENS.output;
  const bytesReceived = requests * BYTES.received + aiCalls * BYTES.receivedOfAi;
  const vuHours = (allVirtualUsers(run.test, run.phases) * plannedSeconds(run.test, run.phases)) / 3_600;
  return {
    ...{ requests, aiCalls, inputTokens, outputTokens, bytesReceived, vuHours },
    bytesSent: requests * BYTES.sent + (files * (leastBytes + mostBytes)) / 2,
    aiCost:
      (inputTokens * prices.aiInputPerMillionTokens +
        outputTokens * prices.aiOutputPerMillionTokens +
        aiCalls * EMBEDDED_TOKENS * prices.embeddingPerMillionTokens) /
      1e6,
    egressCost: (bytesReceived * prices.egressPerGigabyte) / 1e9,
    k6CloudCost: vuHours * prices.k6CloudPerVuHour,
  };
}
