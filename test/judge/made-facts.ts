/**
 * The facts of a run that never was: 20 users for 20 s, then 100 for 40 s, of a platform that is well. Tests change what
 * they speak of.
 */
import type { RunFacts, Sent, TimedPart } from '../../gate/judge/run-facts.ts';
import type { ServerPart } from '../../src/wire/routes.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';

export const CALM = { from: 0, to: 20, users: 20 };
export const LOADED = { from: 20, to: 60, users: 100 };

/** What one request of a route takes, ms; parts are those that Server-Timing names. */
export interface Answer {
  ms: number;
  parts: Partial<Record<ServerPart, number>>;
}

const USUAL: Readonly<Record<string, Answer>> = {
  'POST /api/chat': { ms: 1_000, parts: { auth: 0.1, db: 6, vector: 4, ai: 980 } },
  'GET /api/chronos/balance': { ms: 5, parts: { auth: 0.1, db: 3 } },
  'GET /api/calendar/events': { ms: 5, parts: { auth: 0.1, db: 3.2 } },
  'GET /api/creator/stats': { ms: 2, parts: { auth: 0.1, cache: 0.1 } },
  'GET /api/creator/analytics': { ms: 2, parts: { auth: 0.1, cache: 0.1 } },
};

const WELL: Readonly<Record<string, number>> = {
  db_connections_used_ratio: 0.1,
  db_pool_waiting: 0,
  cache_hit_ratio: 0.9,
  ai_remaining_ratio: 0.8,
  ai_throttled_per_minute: 0,
  queue_depth: 0,
};

interface Changes {
  /** By route, over the usual. */
  answers?: Readonly<Record<string, Answer>>;
  /** By signal; a function of the second. A signal that is undefined has no readings. */
  signals?: Readonly<Record<string, ((second: number) => number) | undefined>>;
  failures?: RunFacts['failures'];
  criteria?: RunFacts['criteria'];
  windows?: RunFacts['windows'];
}

/** Two requests of each route a second in calm, ten under load. */
export function madeFacts({
  answers = {},
  signals = {},
  failures = [],
  criteria = [],
  windows,
}: Changes = {}): RunFacts {
  const routes = { ...USUAL, ...answers };
  const sent: Sent[] = [];
  const parts: TimedPart[] = [];
  for (let second = 0; second < LOADED.to; second++) {
    const requests = second < CALM.to ? 2 : 10;
    for (const [route, { ms, parts: named }] of Object.entries(routes)) {
      sent.push({ second, route, requests, failed: 0, totalMs: requests * ms });
      for (const [part, partMs] of Object.entries(named)) {
        parts.push({ second, route, part, count: requests, totalMs: requests * partMs });
      }
    }
  }
  return {
    runId: 'r-1',
    test: 'database',
    windows: windows ?? [
      { phase: 'fill', users: CALM.users, fromMs: 0, toMs: 20_000 },
      { phase: 'peak', users: LOADED.users, fromMs: 20_000, toMs: 60_000 },
    ],
    users: Array.from({ length: 60 }, (_, second) => (second < CALM.to ? CALM.users : LOADED.users)),
    sent,
    parts,
    failures,
    signals: readings({
      ...Object.fromEntries(Object.entries(WELL).map(([name, value]) => [name, () => value])),
      ...signals,
    }),
    criteria,
  };
}

function readings(signals: NonNullable<Changes['signals']>): SignalReading[] {
  return Object.entries(signals).flatMap(([signal, value]) =>
    value === undefined
      ? []
      : Array.from({ length: 12 }, (_, index) => ({ signal, atMs: index * 5_000, value: value(index * 5), ageMs: 0 })),
  );
}

/** Nothing of the server's own: neither Server-Timing nor signals. */
export function clientOnly(facts: RunFacts): RunFacts {
  return { ...facts, parts: [], signals: [] };
}
