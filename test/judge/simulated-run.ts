/**
 * Chat runs that never were, request by request: each run has its own luck, and inside it windows of 10 s drift
 * together (AR(1)), as on a shared machine.
 */
import { normal } from '../../gate/judge/random.ts';
import type { RunFigures } from '../../src/wire/baseline-file.ts';

/** Standard profile: 10 s windows of a hold, and requests in each. */
const HOLDS = {
  normal: { windows: 19, requests: 55 },
  peak: { windows: 6, requests: 278 },
  stress: { windows: 6, requests: 555 },
};
const MEDIAN_MS = 1400;
/** Of the logarithm of a request's duration: p95 is then 2.7 s. */
const REQUEST_SPREAD = 0.4;
const CORRELATION = 0.8;
const FAILING = 0.002;

export interface Noise {
  /** Standard deviation of the logarithm of a run's speed. */
  betweenRuns: number;
  /** The same of a window inside a run. */
  withinRun: number;
}

export interface SimulatedRun {
  figures: RunFigures['figures'];
  /** Per latency figure: its value in each window. */
  windows: Record<string, number[]>;
}

export function simulateRun(noise: Noise, random: () => number): SimulatedRun {
  const speed = noise.betweenRuns * normal(random);
  const run: SimulatedRun = { figures: [], windows: {} };
  let drift = noise.withinRun * normal(random);
  for (const [phase, { windows, requests }] of Object.entries(HOLDS)) {
    const all = new Float64Array(windows * requests);
    const perWindow: Record<'p50' | 'p95', number[]> = { p50: [], p95: [] };
    for (let window = 0; window < windows; window++) {
      drift = CORRELATION * drift + Math.sqrt(1 - CORRELATION ** 2) * noise.withinRun * normal(random);
      const part = all.subarray(window * requests, (window + 1) * requests);
      for (let index = 0; index < requests; index++) {
        part[index] = MEDIAN_MS * Math.exp(speed + drift + REQUEST_SPREAD * normal(random));
      }
      const sorted = part.slice().sort();
      perWindow.p50.push(percentile(sorted, 0.5));
      perWindow.p95.push(percentile(sorted, 0.95));
    }
    all.sort();
    for (const stat of ['p50', 'p95'] as const) {
      const headline = `chat.${stat}.${phase}`;
      run.figures.push({ headline, value: percentile(all, stat === 'p50' ? 0.5 : 0.95), seen: all.length });
      run.windows[headline] = perWindow[stat];
    }
    const failed = all.reduce((sum) => sum + (random() < FAILING ? 1 : 0), 0);
    run.figures.push({ headline: `chat.failures.${phase}`, value: failed / all.length, seen: all.length });
    const throughput = (all.length / windows / 10) * (1 + 0.005 * normal(random));
    run.figures.push({ headline: `chat.throughput.${phase}`, value: throughput, seen: all.length });
  }
  return run;
}

/** The same run on a platform that takes `factor` times as long for every answer. */
export function slowedDown(run: SimulatedRun, factor: number): SimulatedRun {
  const isLatency = (headline: string) => headline in run.windows;
  return {
    figures: run.figures.map((figure) =>
      isLatency(figure.headline) ? { ...figure, value: figure.value! * factor } : figure,
    ),
    windows: Object.fromEntries(
      Object.entries(run.windows).map(([headline, values]) => [headline, values.map((value) => value * factor)]),
    ),
  };
}

/** Interpolated as k6 does. */
function percentile(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + (sorted[Math.ceil(rank)]! - below) * (rank % 1);
}
