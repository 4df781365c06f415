import type { Estimate } from '../target/estimate.ts';
import type { Prices } from '../target/prices.ts';
import { count } from './figures.ts';

/**
 * What a run will ask and cost, in two lines.
 * @param name of test and profile
 * @param mostAiCalls MAX_AI_CALLS, where it counts
 */
export function estimateLines(name: string, run: Estimate, { currency }: Prices, mostAiCalls?: number): string[] {
  const money = (amount: number) => `${amount.toFixed(2)} ${currency}`;
  const most = mostAiCalls === undefined ? '' : ` (of ${count(mostAiCalls)} allowed by MAX_AI_CALLS)`;
  const asks = [
    `about ${count(Math.round(run.requests))} requests`,
    `${count(Math.round(run.aiCalls))} AI answers${most} with ${millions(run.inputTokens)} tokens in and ${millions(run.outputTokens)} out`,
    `${gigabytes(run.bytesSent)} sent and ${gigabytes(run.bytesReceived)} received`,
  ];
  return [
    `${name}: ${asks.join(', ')}`,
    `  by prices.json: AI ${money(run.aiCost)}, traffic ${money(run.egressCost)}; ` +
      `on k6 Cloud ${run.vuHours.toFixed(0)} VU hours, ${money(run.k6CloudCost)}`,
  ];
}

function millions(tokens: number): string {
  return `${(tokens / 1e6).toFixed(2)} M`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
