/** Diagnoses stored runs: makes of their files what the diagnosis reads. */
import type { Diagnosis } from '../../src/wire/diagnosis-file.ts';
import { diagnose } from '../judge/diagnose.ts';
import type { RunFacts, Sent } from '../judge/run-facts.ts';
import type { Evidence } from './folder/evidence.ts';
import { Latencies } from './samples/timeline-histogram.ts';

/** Looks at limits and not at load: what it leaves says nothing of weak points. */
const UNDIAGNOSED = 'rate-limits';

/** @returns `refused` with a clause when there is nothing to diagnose */
export function diagnosisOf(evidence: Evidence): Diagnosis | { refused: string } {
  const { run, timeline, problems } = evidence;
  if (!run || !timeline) return { refused: `it can't be diagnosed: ${problems.join('; ')}` };
  if (run.test === UNDIAGNOSED) return { refused: `${UNDIAGNOSED} puts no load on the platform` };
  try {
    return diagnose(factsOf(evidence)!);
  } catch (error) {
    return { refused: `timeline.json is damaged: ${(error as Error).message}` };
  }
}

/** null when there is no timeline, or no run that it belongs to. @throws Error when a latency is no histogram */
export function factsOf({ run, timeline, verdict }: Evidence): RunFacts | null {
  if (!run || !timeline) return null;
  const { routes, kinds, parts } = timeline;
  const latencies = new Latencies();
  const sent = timeline.cells.map(([second, , route, requests, failed, latency]): Sent => {
    let totalMs = 0;
    for (const [ms, count] of latencies.reset().merge(latency).recorded()) totalMs += ms * count;
    return { second, route: routes[route]!, requests, failed, totalMs };
  });
  return {
    runId: run.runId,
    test: run.test,
    windows: run.windows,
    users: timeline.users,
    sent,
    parts: timeline.serverTime.map(([second, , route, part, count, totalMs]) => {
      return { second, route: routes[route]!, part: parts[part]!, count, totalMs };
    }),
    failures: timeline.failures.map(([second, , route, kind, count]) => {
      return { second, route: routes[route]!, kind: kinds[kind]!, count };
    }),
    signals: timeline.signals,
    criteria: verdict?.criteria ?? [],
  };
}
