/** A stored run as baselines and comparisons take it: its headline figures, and the distributions behind them. */
import { HEADLINES, ROUTE_GROUPS } from '../../../src/thresholds.ts';
import { BASELINE_SCHEMA, type BaselineFile, type Figure, type RunFigures } from '../../../src/wire/baseline-file.ts';
import type { Summary } from '../../../src/wire/facts.ts';
import type { RunFile } from '../../../src/wire/run-files.ts';
import type { Timeline } from '../../../src/wire/timeline.ts';
import { figuresOf } from '../../judge/headlines.ts';
import type { FitRun } from '../folder/choose-runs.ts';
import { readRunJson } from '../folder/run-folder.ts';
import { binStart, countsByBin } from './latency-bins.ts';
import { Latencies } from './timeline-histogram.ts';

/** Without a timeline, or with a damaged one, the figures have no distributions. */
export async function readFigures({ folder, run, summary }: FitRun): Promise<RunFigures> {
  const timeline = await readRunJson(folder, 'timeline.json');
  if (!timeline.ok) return runFigures(run, summary);
  try {
    return runFigures(run, summary, timeline.content);
  } catch {
    return runFigures(run, summary);
  }
}

/** The baseline that these runs make. @param runs made alike, at least one */
export async function baselineOf(runs: readonly FitRun[]): Promise<BaselineFile> {
  const { test, configuration, windows } = runs[0]!.run;
  return {
    schema: BASELINE_SCHEMA,
    test,
    savedAt: new Date().toISOString(),
    configuration,
    windows,
    runs: await Promise.all(runs.map(readFigures)),
  };
}

export function runFigures(run: RunFile, summary: Summary, timeline?: Timeline): RunFigures {
  const figures = figuresOf(summary, run.windows);
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    revision: run.target.revision,
    figures: timeline ? withDistributions(figures, timeline) : figures,
  };
}

/** The first latency figure of each route and phase gets their distribution. */
function withDistributions(figures: readonly Figure[], timeline: Timeline): Figure[] {
  const given = new Set<string>();
  return figures.map((figure) => {
    const { stat, route, phase } = HEADLINES.find(({ id }) => id === figure.headline)!;
    const place = `${route}\n${phase}`;
    if (stat === 'failures' || stat === 'throughput' || given.has(place)) return figure;
    given.add(place);
    const distribution = distributionOf(timeline, route, phase);
    return distribution.length > 0 ? { ...figure, distribution } : figure;
  });
}

/**
 * Nothing for what is no route, such as a part of the server's time: of that the timeline knows sums only.
 * @throws Error when a latency is no histogram
 */
function distributionOf({ routes, phases, latencies }: Timeline, route: string, phase: string) {
  const groups: Readonly<Record<string, readonly string[]>> = ROUTE_GROUPS;
  const members = groups[route] ?? [route];
  const all = new Latencies();
  for (const row of latencies) {
    if (members.includes(routes[row.route]!) && phases[row.phase] === phase) all.merge(row.latency);
  }
  return [...countsByBin(all)].map(([bin, samples]): [number, number] => [binStart(bin), samples]);
}
