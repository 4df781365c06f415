/**
 * What a run left to be explained, second by second. Only what a real deployment shows: answers, their Server-Timing, and
 * signals.
 */
import type { FailureKind } from '../../src/wire/api.ts';
import type { ServerPart } from '../../src/wire/routes.ts';
import type { CriterionVerdict } from '../../src/wire/run-files.ts';
import type { SignalName } from '../../src/wire/signals.ts';
import type { SignalReading } from '../../src/wire/timeline.ts';
import type { Window } from '../../src/workloads.ts';
import { quantile } from './robust.ts';

/** Requests of one route that were sent in one second. */
export interface Sent {
  second: number;
  route: string;
  requests: number;
  /** As k6 counts them. */
  failed: number;
  /** Of those that succeeded, ms, all together. */
  totalMs: number;
}

/** `Server-Timing` durations of one part, received in one second. */
export interface TimedPart {
  second: number;
  route: string;
  part: string;
  count: number;
  totalMs: number;
}

export interface Failed {
  second: number;
  route: string;
  kind: string;
  count: number;
}

export interface RunFacts {
  runId: string;
  test: string;
  /** The planned holds. */
  windows: readonly Window[];
  /** Virtual users in each second; null where k6 said nothing. */
  users: readonly (number | null)[];
  sent: readonly Sent[];
  parts: readonly TimedPart[];
  failures: readonly Failed[];
  signals: readonly SignalReading[];
  criteria: readonly CriterionVerdict[];
}

/** Some seconds of a run: [from, to). */
export interface Span {
  from: number;
  to: number;
  /** Users that are there all the time. */
  users: number;
}

/** More would show nothing more. */
const MOST_BLOCKS = 100;

/** The facts of one span. */
export class View {
  readonly span: Span;
  readonly #facts: RunFacts;

  constructor(facts: RunFacts, span: Span) {
    const inside = ({ second }: { second: number }) => second >= span.from && second < span.to;
    this.span = span;
    // Cut once: a soak has rows by the hundred thousand, and every figure goes through them.
    this.#facts = {
      ...facts,
      sent: facts.sent.filter(inside),
      parts: facts.parts.filter(inside),
      failures: facts.failures.filter(inside),
      signals: facts.signals.filter(({ atMs, ageMs }) => inside({ second: (atMs - ageMs) / 1_000 })),
    };
  }

  requests(routes?: readonly string[]): number {
    return sum(this.#sent(routes).map(({ requests }) => requests));
  }

  /** ms that people waited, all together, for answers that came. */
  waitedMs(routes?: readonly string[]): number {
    return sum(this.#sent(routes).map(({ totalMs }) => totalMs));
  }

  /** Typical duration of a successful request: the median second's mean; null when there was none. */
  durationMs(routes?: readonly string[]): number | null {
    return typical(
      this.#sent(routes).map(({ second, requests, failed, totalMs }) => [second, requests - failed, totalMs]),
    );
  }

  /** Those that were asked for in the span, the most frequent first. */
  routes(): string[] {
    const counts = new Map<string, number>();
    for (const { route, requests } of this.#sent()) counts.set(route, (counts.get(route) ?? 0) + requests);
    return [...counts].sort((a, b) => b[1] - a[1]).map(([route]) => route);
  }

  /** Failed requests of any kind. */
  allFailures(): number {
    return sum(this.#facts.failures.map(({ count }) => count));
  }

  failures(kinds: readonly FailureKind[], routes?: readonly string[]): number {
    return sum(this.#failed(kinds, routes).map(({ count }) => count));
  }

  /** Second of the first such failure, wherever it lies; null when there is none. */
  firstFailure(kinds: readonly FailureKind[]): number | null {
    return this.#failed(kinds)[0]?.second ?? null;
  }

  /** Typical time of a part, of those answers that name it; null when none does. */
  partMs(part: ServerPart, routes?: readonly string[]): number | null {
    return typical(this.#parts(part, routes).map(({ second, count, totalMs }) => [second, count, totalMs]));
  }

  /** The same in the quickest tenth of the seconds. */
  quickPartMs(part: ServerPart, routes?: readonly string[]): number | null {
    const rows = this.#parts(part, routes);
    return typical(
      rows.map(({ second, count, totalMs }) => [second, count, totalMs]),
      0.1,
    );
  }

  /** All of a part's time, ms. */
  partTotalMs(part: ServerPart, routes?: readonly string[]): number {
    return sum(this.#parts(part, routes).map(({ totalMs }) => totalMs));
  }

  /** How many answers name the part. */
  partCount(part: ServerPart, routes?: readonly string[]): number {
    return sum(this.#parts(part, routes).map(({ count }) => count));
  }

  /** Values of a signal that were true in the span, in order. */
  signal(name: SignalName): number[] {
    return this.readings(name).map(({ value }) => value);
  }

  readings(name: SignalName): { second: number; value: number }[] {
    return this.#facts.signals
      .filter((reading) => reading.signal === name)
      .map(({ atMs, ageMs, value }) => ({ second: (atMs - ageMs) / 1_000, value }))
      .sort((a, b) => a.second - b.second);
  }

  /** The verdict on the last criterion of this statistic, of the whole run. */
  criterion(stat: string): CriterionVerdict | undefined {
    return this.#facts.criteria.findLast((verdict) => verdict.stat === stat);
  }

  /** The span in blocks of at least so many seconds. */
  blocks(leastSeconds: number): View[] {
    const length = this.span.to - this.span.from;
    const seconds = Math.max(leastSeconds, Math.ceil(length / MOST_BLOCKS));
    return Array.from({ length: Math.floor(length / seconds) }, (_, index) => {
      const from = this.span.from + index * seconds;
      return new View(this.#facts, { ...this.span, from, to: from + seconds });
    });
  }

  #sent(routes?: readonly string[]): Sent[] {
    return this.#facts.sent.filter(({ route }) => isOf(route, routes));
  }

  #parts(part: ServerPart, routes?: readonly string[]): TimedPart[] {
    return this.#facts.parts.filter((row) => row.part === part && isOf(row.route, routes));
  }

  #failed(kinds: readonly string[], routes?: readonly string[]): Failed[] {
    return this.#facts.failures.filter(({ kind, route }) => kinds.includes(kind) && isOf(route, routes));
  }
}

function isOf(route: string, routes?: readonly string[]): boolean {
  return routes === undefined || routes.includes(route);
}

/** The median over the seconds of their means: a moment in which the machine stood still moves it little. */
function typical(
  rows: readonly (readonly [second: number, count: number, totalMs: number])[],
  share = 0.5,
): number | null {
  const seconds = new Map<number, { count: number; totalMs: number }>();
  for (const [second, count, totalMs] of rows) {
    const known = seconds.get(second) ?? { count: 0, totalMs: 0 };
    seconds.set(second, { count: known.count + count, totalMs: known.totalMs + totalMs });
  }
  const means = [...seconds.values()].filter(({ count }) => count > 0).map(({ count, totalMs }) => totalMs / count);
  return means.length > 0 ? quantile(means, share) : null;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
