/**
 * What an AI provider still allows, from the headers that it sends with every answer and that a platform may pass on:
 * Anthropic's `anthropic-ratelimit-*` and OpenAI's `x-ratelimit-*`.
 */
import type { SignalName, SignalValue } from './signals.ts';

type HeaderPair = readonly [limit: string, remaining: string];

const anthropic = (what: string): HeaderPair => [
  `anthropic-ratelimit-${what}-limit`,
  `anthropic-ratelimit-${what}-remaining`,
];
const openAi = (what: string): HeaderPair => [`x-ratelimit-limit-${what}`, `x-ratelimit-remaining-${what}`];

const REQUESTS = [anthropic('requests'), openAi('requests')];
const TOKENS = [anthropic('tokens'), anthropic('input-tokens'), anthropic('output-tokens'), openAi('tokens')];

/**
 * @param header gives the value of a header by its lower-case name
 * @returns nothing when the platform keeps the headers to itself
 */
export function aiHeadroom(header: (name: string) => string | undefined): SignalValue[] {
  const requests = scarcest(REQUESTS, header);
  const tokens = scarcest(TOKENS, header);
  const values: [SignalName, number | undefined][] = [
    ['ai_requests_remaining_ratio', requests],
    ['ai_tokens_remaining_ratio', tokens],
    ['ai_remaining_ratio', least([requests, tokens])],
  ];
  return values.flatMap(([signal, value]) => (value === undefined ? [] : [{ signal, value, ageMs: 0 }]));
}

function scarcest(pairs: readonly HeaderPair[], header: (name: string) => string | undefined): number | undefined {
  return least(
    pairs.map(([limit, remaining]) => {
      const share = Number(header(remaining) ?? Number.NaN) / Number(header(limit));
      return Number.isFinite(share) ? share : undefined;
    }),
  );
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
