/** The facts of several k6 processes that shared one load, added up. */
import type { Summary } from '../../../src/wire/facts.ts';

/**
 * @param summaries of the same run, at least one
 * @param pool of all their samples; without it the sum has no percentiles, since those of the parts don't add up
 */
export function addUp(
  summaries: readonly Summary[],
  pool: Pick<Summary, 'latencies' | 'serverParts' | 'firstByteMs'> | undefined,
): Summary {
  const { schema, test, profile, runId } = summaries[0]!;
  return {
    ...{ schema, test, profile, runId },
    latencies: pool?.latencies ?? [],
    serverParts: pool?.serverParts ?? [],
    ...(pool?.firstByteMs && { firstByteMs: pool.firstByteMs }),
    // A hold lasted as long as all of its users were there.
    durationMs: Math.min(...summaries.map(({ durationMs }) => durationMs)),
    facts: summed(
      summaries.flatMap(({ facts }) => facts),
      ({ criterion, phase }) => `${criterion} ${phase}`,
      (a, b) => ({ ...a, seen: a.seen + b.seen, over: a.over + b.over }),
    ),
    failures: summed(
      summaries.flatMap(({ failures }) => failures),
      ({ kind, phase }) => `${kind} ${phase}`,
      (a, b) => ({ ...a, count: a.count + b.count }),
    ),
    // What each process thought of its own share is no fact of the whole.
    thresholds: [],
    totals: summaries.map(({ totals }) => totals).reduce(addTotals),
    latenessMs: summaries.map(({ latenessMs }) => latenessMs).reduce(later),
    stopped: summaries.find(({ stopped }) => stopped !== null)?.stopped ?? null,
  };
}

function addTotals(a: Summary['totals'], b: Summary['totals']): Summary['totals'] {
  const names = Object.keys(a) as (keyof Summary['totals'])[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Summary['totals'];
}

/** The less punctual of two: a process that is late can't be trusted, however many were on time. */
function later(a: Summary['latenessMs'], b: Summary['latenessMs']): Summary['latenessMs'] {
  if (!a || !b) return a ?? b;
  return { p95: Math.max(a.p95, b.p95), p99: Math.max(a.p99, b.p99), max: Math.max(a.max, b.max) };
}

function summed<Row>(rows: readonly Row[], keyOf: (row: Row) => string, add: (a: Row, b: Row) => Row): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    const sum = sums.get(key);
    sums.set(key, sum ? add(sum, row) : row);
  }
  return [...sums.values()];
}
