/**
 * What a run will ask of the platform and of the purse, before it is started. Planned figures: a slow platform gets fewer
 * requests, a run that is ended early too.
 */
import { CHAT_MIX, FEEDBACK_SHARE, TURNS } from '../../src/behaviour.ts';
import { mostUsers, type Phase, plannedAiCalls, plannedSeconds, type TestName } from '../../src/workloads.ts';
import type { Prices } from './prices.ts';

export interface Estimate {
  /** undefined where the test's journeys depend too much on the answers. */
  readonly requests: number | undefined;
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

/** Tokens of one answer (PLATFORM.md, notes: 1,155 in and 211 out are the means of the Azure conversation trace of 2023). */
export const TOKENS = { input: 1_155, output: 211 };
/** A question of 160 characters, embedded for the search. */
const EMBEDDED_TOKENS = 40;

/** Bytes of one request with its headers, the session cookie among them, and of one answer; measured on the embedded platform. */
const BYTES = { sent: 2_300, received: 2_800 };

/** Requests of a test, where its journeys are simple enough to be counted beforehand. */
const REQUESTS: Partial<Record<TestName, (phases: readonly Phase[], aiCalls: number) => number>> = {
  chat: chatRequests,
};

/** The estimate of one test. */
export function estimateRun(test: TestName, phases: readonly Phase[], pace: number, prices: Prices): Estimate {
  const aiCalls = plannedAiCalls(test, phases, pace);
  const requests = REQUESTS[test]?.(phases, aiCalls);
  const inputTokens = aiCalls * TOKENS.input;
  const outputTokens = aiCalls * TOKENS.output;
  const bytesReceived = (requests ?? 0) * BYTES.received;
  const vuHours = (mostUsers(test, phases) * plannedSeconds(test, phases)) / 3_600;
  return {
    ...{ requests, aiCalls, inputTokens, outputTokens, bytesReceived, vuHours },
    bytesSent: (requests ?? 0) * BYTES.sent,
    aiCost:
      (inputTokens * prices.aiInputPerMillionTokens +
        outputTokens * prices.aiOutputPerMillionTokens +
        aiCalls * EMBEDDED_TOKENS * prices.embeddingPerMillionTokens) /
      1e6,
    egressCost: (bytesReceived * prices.egressPerGigabyte) / 1e9,
    k6CloudCost: vuHours * prices.k6CloudPerVuHour,
  };
}

/** Sign-ins, messages, histories and feedback. */
function chatRequests(phases: readonly Phase[], messages: number): number {
  const conversation = CHAT_MIX.conversation / 100;
  const single = CHAT_MIX.singleQuestion / 100;
  const journeys = messages / (conversation * TURNS.mean + single);
  return Math.round(mostUsers('chat', phases) + messages + journeys * (conversation + single * FEEDBACK_SHARE));
}
