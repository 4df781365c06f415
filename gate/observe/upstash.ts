/** Statistics of an Upstash Redis (Vercel KV is one), by Upstash's developer API: a series of about one point a minute. */

import type { Look } from '../../src/wire/looks.ts';
import type { SignalValue } from '../../src/wire/signals.ts';
import { fetchPage } from './page.ts';
import type { Source } from './source.ts';

const API = 'https://api.upstash.com';
const EVERY_MS = 60_000;

/** One series of GET /v2/redis/stats/:id, as far as it is read: x is a time such as `2023-05-22 11:00:23.426 +0000 UTC`. */
type Points = readonly { readonly x: string; readonly y: number }[] | null | undefined;

/** @param account `email:key` @param api another address in tests */
export function upstash(account: string, databaseId: string, api = API): Source {
  const headers = { Authorization: `Basic ${Buffer.from(account).toString('base64')}` };
  return {
    name: 'Redis statistics of Upstash',
    everyMs: EVERY_MS,
    async look(): Promise<Look> {
      const page = await fetchPage(`${api}/v2/redis/stats/${encodeURIComponent(databaseId)}`, headers);
      if (!page.ok) return { values: [], problem: page.problem };
      if (page.status !== 200) return { values: [], problem: `it answers ${page.status}` };
      try {
        const { hits, misses } = JSON.parse(page.text) as { hits: Points; misses: Points };
        return { values: hitRatio(hits, misses, page.serverMs) };
      } catch {
        return { values: [], problem: 'it answers something else than statistics' };
      }
    },
    async close() {},
  };
}

/** Of the newest minute that both series have; nothing when nobody asked the cache in it. */
function hitRatio(hits: Points, misses: Points, nowMs: number): SignalValue[] {
  const newest = hits?.at(-1);
  const missed = misses?.find(({ x }) => x === newest?.x);
  if (!newest || !missed) return [];
  const value = newest.y / (newest.y + missed.y);
  const ageMs = Math.max(0, nowMs - Date.parse(newest.x.replace(/ UTC$/, '')));
  return Number.isFinite(value) && Number.isFinite(ageMs) ? [{ signal: 'cache_hit_ratio', value, ageMs }] : [];
}
