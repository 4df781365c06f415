/**
 * What a run will ask of the platform and of the purse, before it is started. Planned figures: a slow platform gets fewer
 * requests, a run that is ended early too.
 */
import type { RouteName } from '../../src/wire/routes.ts';
import {
  CHAT_MIX,
  FEEDBACK_SHARE,
  mostUsers,
  type Phase,
  plannedAiCalls,
  plannedSeconds,
  type TestName,
  TURNS,
} from '../../src/workloads.ts';
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

type Requests = Partial<Record<RouteName, number>>;

/** Tokens of one answer (PLATFORM.md, notes: 1,155 in and 211 out are the means of the Azure conversation trace of 2023). */
const TOKENS = { input: 1_155, output: 211 };
/** A question of 160 characters, embedded for the search. */
const EMBEDDED_TOKENS = 40;

/** Bytes of one request with its headers, the session cookie among them, and of one answer; measured on the embedded platform. */
const BYTES = { sent: 2_300, received: 2_800 };

/** Requests of each test by route. */
const REQUESTS: Record<TestName, (phases: readonly Phase[], pace: number) => Requests> = {
  chat: chatRequests,
};

/** The estimate of one test. */
export function estimateRun(test: TestName, phases: readonly Phase[], pace: number, prices: Prices): Estimate {
  const byRoute = REQUESTS[test](phases, pace);
  const requests = Object.values(byRoute).reduce((sum, number) => sum + number, 0);
  const aiCalls = (byRoute['POST /api/chat'] ?? 0) + (byRoute['POST /api/assessments/quiz/generate'] ?? 0);
  const inputTokens = aiCalls * TOKENS.input;
  const outputTokens = aiCalls * TOKENS.output;
  const bytesReceived = requests * BYTES.received;
  const vuHours = (mostUsers(test, phases) * plannedSeconds(test, phases)) / 3_600;
  return {
    ...{ requests, aiCalls, inputTokens, outputTokens, bytesReceived, vuHours },
    bytesSent: requests * BYTES.sent,
    aiCost:
      (inputTokens * prices.aiInputPerMillionTokens +
        outputTokens * prices.aiOutputPerMillionTokens +
        aiCalls * EMBEDDED_TOKENS * prices.embeddingPerMillionTokens) /
      1e6,
    egressCost: (bytesReceived * prices.egressPerGigabyte) / 1e9,
    k6CloudCost: vuHours * prices.k6CloudPerVuHour,
  };
}

function chatRequests(phases: readonly Phase[], pace: number): Requests {
  const messages = plannedAiCalls('chat', phases, pace);
  const conversation = CHAT_MIX.conversation / 100;
  const single = CHAT_MIX.singleQuestion / 100;
  const journeys = messages / (conversation * TURNS.mean + single);
  return {
    'POST /auth/v1/token password': mostUsers('chat', phases),
    'POST /api/chat': messages,
    'GET /api/chat/history': Math.round(journeys * conversation),
    'POST /api/chat/feedback': Math.round(journeys * single * FEEDBACK_SHARE),
  };
}
