/** The headline figures of a run, read from its facts. */
import { CRITERIA, HEADLINES, type Headline } from '../../src/thresholds.ts';
import type { Figure } from '../../src/wire/baseline-file.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { Window } from '../../src/workloads.ts';

/** Figures of the holds that the run had, in the order of HEADLINES; `value` is null where nothing was seen. */
export function figuresOf(summary: Summary, windows: readonly Window[]): Figure[] {
  return HEADLINES.filter(({ test }) => test === summary.test).flatMap((headline) => {
    const hold = windows.find(({ phase }) => phase === headline.phase);
    return hold ? [figureOf(headline, summary, hold)] : [];
  });
}

function figureOf(headline: Headline, summary: Summary, { fromMs, toMs }: Window): Figure {
  switch (headline.stat) {
    case 'failures': {
      const { seen, over } = countsOf(headline, summary);
      return { headline: headline.id, value: seen > 0 ? over / seen : null, seen };
    }
    case 'throughput': {
      const { seen } = countsOf(headline, summary);
      return { headline: headline.id, value: seen > 0 ? (seen * 1_000) / (toMs - fromMs) : null, seen };
    }
    default: {
      const latency = summary.latencies.find(
        ({ route, phase }) => route === headline.route && phase === headline.phase,
      );
      if (!latency || latency.count === 0) return { headline: headline.id, value: null, seen: 0 };
      const value = { p50: latency.med, p95: latency.p95, p99: latency.p99 }[headline.stat];
      return { headline: headline.id, value, seen: latency.count };
    }
  }
}

/** Counts of the criterion that states the same statistic of the same route in this phase. */
function countsOf(headline: Headline, summary: Summary): { seen: number; over: number } {
  const criterion = CRITERIA.find(
    (candidate) =>
      candidate.test === headline.test &&
      candidate.stat === headline.stat &&
      'route' in candidate &&
      candidate.route === headline.route &&
      candidate.phases.includes(headline.phase),
  );
  const facts = summary.facts.filter((fact) => fact.criterion === criterion?.id && fact.phase === headline.phase);
  return {
    seen: facts.reduce((sum, { seen }) => sum + seen, 0),
    over: facts.reduce((sum, { over }) => sum + over, 0),
  };
}
