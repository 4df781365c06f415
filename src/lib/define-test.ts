/**
 * Turns a test's name and journeys into what k6 asks of a script: options, setup, one function a scenario, and the
 * summary. Journeys know nothing of load, phases or thresholds.
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options, Scenario } from 'k6/options';
import { k6Thresholds } from '../thresholds.ts';
import { FAILURE_KINDS } from '../wire/api.ts';
import { METRIC } from '../wire/facts.ts';
import { PACE_SECONDS, type Phase, stagesOf, type TestName, WORKLOADS, windowsOf } from '../workloads.ts';
import { health } from './api/health.ts';
import { config, plannedPhases, requireUsers } from './config.ts';
import { students } from './fixtures.ts';
import { countFor, TIMEOUT_SECONDS } from './http.ts';
import { countException } from './metrics.ts';
import { sharedOptions } from './options.ts';
import { currentPhase, enterIteration, followSchedule, msUntilEnd } from './phase.ts';
import { type K6Summary, summarize, summaryText } from './summary.ts';

/** Seconds that k6 grants iterations to end by themselves: longer than any request, so that the slowest is counted. */
const GRACE = `${TIMEOUT_SECONDS + 5}s`;
const IDLE_SECONDS = 1;

type Journeys = Record<string, () => void>;

type Script<J extends Journeys> = J & {
  options: Options;
  setup: () => void;
  handleSummary: (data: K6Summary) => Record<string, string>;
};

/**
 * @param journeys one per scenario of the workload, by its name
 * @throws a text with everything that is wrong with settings, target or fixtures (k6 prints it, exit 107)
 */
export function defineTest<J extends Journeys>(test: TestName, journeys: J): Script<J> {
  const phases = plannedPhases(test);
  requireUsers(test, phases, students.length);
  followSchedule(windowsOf(test, phases));
  countFor(test);

  const paced = Object.entries(journeys).map(([name, journey]) => [name, () => travel(journey)]);
  return {
    ...(Object.fromEntries(paced) as J),
    options: optionsOf(test, phases),
    setup: requireHealth,
    handleSummary: (data) => {
      const summary = summarize(test, data);
      return { [config.summaryPath]: JSON.stringify(summary, null, 1), stdout: summaryText(summary) };
    },
  };
}

/** One iteration. An exception is counted and paced: left alone, a script that throws at once would flood the target. */
function travel(journey: () => void): void {
  enterIteration();
  if (msUntilEnd() <= 0) {
    sleep(IDLE_SECONDS);
    return;
  }
  try {
    journey();
  } catch (error) {
    countException(currentPhase());
    console.error(`exception in ${exec.scenario.name}: ${error}`);
    sleep(PACE_SECONDS.mean);
  }
}

function optionsOf(test: TestName, phases: readonly Phase[]): Options {
  const scenarios = Object.keys(WORKLOADS[test].scenarios).map((name): [string, Scenario] => [
    name,
    {
      executor: 'ramping-vus',
      exec: name,
      startVUs: 0,
      stages: stagesOf(test, phases, name),
      gracefulRampDown: GRACE,
      gracefulStop: GRACE,
    },
  ]);
  return {
    ...sharedOptions(),
    scenarios: Object.fromEntries(scenarios),
    thresholds: { ...k6Thresholds(test, phases, config.pace), ...failureCounts(phases), ...aiCallLimit() },
    noCookiesReset: true,
    summaryTrendStats: ['count', 'avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  };
}

/** Sub-metrics without a gate, so that the summary tells failures by kind and phase. */
function failureCounts(phases: readonly Phase[]): Record<string, string[]> {
  return Object.fromEntries(
    FAILURE_KINDS.flatMap((kind) => phases.map(({ name }) => [`${METRIC.failures}{kind:${kind},phase:${name}}`, []])),
  );
}

/** Off loopback answers cost money: the run ends when it has asked for as many as it may. */
function aiCallLimit(): Options['thresholds'] {
  if (config.maxAiCalls === undefined) return {};
  return {
    'http_reqs{name:POST /api/chat}': [{ threshold: `count<=${config.maxAiCalls}`, abortOnFail: true }],
  };
}

/** Asks once whether anybody is there, so that a wrong address is one line and not a thousand failures. */
function requireHealth(): void {
  const answer = health();
  if (!answer.ok)
    exec.test.abort(
      `${config.appUrl}/api/health: ${answer.failure}${answer.status ? ` (${answer.status})` : ''}; is BASE_URL right, and the platform up?`,
    );
}
