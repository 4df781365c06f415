/**
 * Turns a test's name and journeys into what k6 asks of a script: options, setup, one function a scenario, and the
 * summary. Journeys know nothing of load, phases or thresholds.
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options, Scenario } from 'k6/options';
import { PACE_SECONDS } from '../behaviour.ts';
import { type Gate, gatesOf, k6Thresholds } from '../thresholds.ts';
import { FAILURE_KINDS } from '../wire/api.ts';
import { METRIC } from '../wire/facts.ts';
import {
  type Phase,
  type Scenario as Plan,
  plannedSeconds,
  scenarioOf,
  stagesOf,
  type TestName,
  virtualUsers,
  WORKLOADS,
  windowsOf,
} from '../workloads.ts';
import { health } from './api/health.ts';
import { config, phasesOfRun, requireUsers } from './config.ts';
import { availableUsers } from './fixtures.ts';
import { countFor, MOST_AT_ONCE, TIMEOUT_SECONDS } from './http.ts';
import { countException } from './metrics.ts';
import { sharedOptions } from './options.ts';
import { settleIn, untilNext } from './pacing.ts';
import { currentPhase, enterIteration, followSchedule, msUntilEnd } from './phase.ts';
import { type K6Summary, summarize, summaryText } from './summary.ts';

/** Seconds that k6 grants iterations to end by themselves: longer than any request, so that the slowest is counted. */
const GRACE = `${TIMEOUT_SECONDS + 5}s`;
const IDLE_SECONDS = 1;
/** k6 takes whole numbers of arrivals, and some are few a minute. */
const ARRIVALS_PER = { seconds: 3_600, timeUnit: '1h' } as const;

type ScenarioName<T extends TestName> = keyof (typeof WORKLOADS)[T]['scenarios'];
type Journeys<T extends TestName> = Record<ScenarioName<T>, () => void>;

type Script<T extends TestName> = Journeys<T> & {
  options: Options;
  setup: () => void;
  handleSummary: (data: K6Summary) => Record<string, string>;
};

/**
 * @param journeys one per scenario of the workload, by its name
 * @param looksAt which gates this run looks at; all, unless the test knows better
 * @throws a text with everything that is wrong with settings, target or fixtures (k6 prints it, exit 107)
 */
export function defineTest<T extends TestName>(
  test: T,
  journeys: Journeys<T>,
  looksAt: (gate: Gate) => boolean = () => true,
): Script<T> {
  const phases = phasesOfRun(test);
  requireUsers(test, phases, availableUsers());
  followSchedule(windowsOf(test, phases));
  countFor(test);

  const travelled = (Object.entries(journeys) as [string, () => void][]).map(([name, journey]) => {
    const plan = scenarioOf(test, name);
    return [name, () => travel(journey, plan)];
  });
  return {
    ...(Object.fromEntries(travelled) as Journeys<T>),
    options: optionsOf(test, phases, gatesOf(test, phases).filter(looksAt)),
    setup: requireHealth,
    handleSummary: (data) => {
      const summary = summarize(test, data);
      return { [config.summaryPath]: JSON.stringify(summary, null, 1), stdout: summaryText(summary) };
    },
  };
}

/** One iteration. An exception is counted and paced: left alone, a script that throws at once would flood the target. */
function travel(journey: () => void, plan: Plan): void {
  enterIteration(plan.model === 'once');
  if (msUntilEnd() <= 0) {
    sleep(IDLE_SECONDS);
    return;
  }
  try {
    if (plan.model === 'closed' && !plan.pacesItself) paced(journey, plan.everySeconds);
    else journey();
  } catch (error) {
    countException(currentPhase());
    console.error(`exception in ${exec.scenario.name}: ${error}`);
    sleep(PACE_SECONDS.mean);
  }
}

function paced(journey: () => void, everySeconds: number): void {
  settleIn(everySeconds);
  const startedAt = Date.now();
  journey();
  untilNext(startedAt, everySeconds);
}

function optionsOf(test: TestName, phases: readonly Phase[], gates: readonly Gate[]): Options {
  const names = Object.keys(WORKLOADS[test].scenarios);
  return {
    ...sharedOptions(),
    scenarios: Object.fromEntries(names.map((name) => [name, executorOf(test, phases, name)])),
    thresholds: { ...k6Thresholds(gates, phases, config.pace), ...failureCounts(phases), ...aiCallLimit() },
    noCookiesReset: true,
    // What is sent at once goes out at once; browsers' six at a time would hide a page's own burst.
    batch: MOST_AT_ONCE,
    batchPerHost: MOST_AT_ONCE,
    summaryTrendStats: ['count', 'avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  };
}

function executorOf(test: TestName, phases: readonly Phase[], name: string): Scenario {
  const plan = scenarioOf(test, name);
  const stages = stagesOf(test, phases, name);
  const users = virtualUsers(test, phases, name);
  switch (plan.model) {
    case 'closed':
      return {
        executor: 'ramping-vus',
        exec: name,
        startVUs: 0,
        stages: stages.map(({ seconds, level }) => ({ duration: `${seconds}s`, target: level })),
        gracefulRampDown: GRACE,
        gracefulStop: GRACE,
      };
    case 'open': {
      const perUnit = ARRIVALS_PER.seconds * (plan.clock === 'processing' ? config.processingSpeedup : 1);
      return {
        executor: 'ramping-arrival-rate',
        exec: name,
        startRate: 0,
        timeUnit: ARRIVALS_PER.timeUnit,
        // All of them at once: k6 drops an arrival for each user that it has to make in the middle of a run.
        preAllocatedVUs: users,
        maxVUs: users,
        stages: stages.map(({ seconds, level }) => ({
          duration: `${seconds}s`,
          target: Math.round(level * perUnit),
        })),
        gracefulStop: GRACE,
      };
    }
    case 'once':
      return {
        executor: 'per-vu-iterations',
        exec: name,
        vus: users,
        iterations: 1,
        maxDuration: `${plannedSeconds(test, phases)}s`,
        gracefulStop: GRACE,
      };
  }
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
