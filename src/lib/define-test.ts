/**
 * Turns a test's name and journeys into what k6 asks of a script: options, setup, one function a scenario, and the
 * summary. Journeys know nothing of load, phases or thresholds.
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { PACE_SECONDS } from '../behaviour.ts';
import type { Gate } from '../thresholds.ts';
import type { TestName, WORKLOADS } from '../workloads.ts';
import { health } from './api/health.ts';
import { config } from './config.ts';
import { countException, countUnder } from './metrics.ts';
import type { Plan } from './once/plan.ts';
import type { K6Summary } from './once/summary.ts';
import { onceAProcess } from './once-a-process.ts';
import { END_OF_LOAD, settleIn, untilNext } from './pacing.ts';
import { currentPhase, enterIteration, followSchedule, msUntilEnd } from './phase.ts';
import { isWatcher, watchSignals } from './signals.ts';

declare function require(name: './once/plan.ts'): typeof import('./once/plan.ts');
declare function require(name: './once/settings.ts'): typeof import('./once/settings.ts');
declare function require(name: './once/summary.ts'): typeof import('./once/summary.ts');

const IDLE_SECONDS = 1;

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
  // k6 takes the options from the first VU, number 0, and never asks the others.
  const options = __VU === 0 ? require('./once/plan.ts').optionsOf(test, looksAt) : {};
  const plan = onceAProcess('plan', () => require('./once/plan.ts').planOf(test));
  followSchedule(plan.windows);
  countUnder(plan);
  const travelled = (Object.entries(journeys) as [string, () => void][]).map(([name, journey]) => [
    name,
    () => (isWatcher() ? watchSignals() : travel(journey, plan.scenarios[name]!)),
  ]);
  return {
    ...(Object.fromEntries(travelled) as Journeys<T>),
    options,
    setup: () => {
      require('./once/settings.ts').requirePasswordKey();
      requireHealth();
    },
    handleSummary: (data) => require('./once/summary.ts').summaryFiles(test, data),
  };
}

/** One iteration. An exception is counted and paced: left alone, a script that throws at once would flood the target. */
function travel(journey: () => void, plan: Plan['scenarios'][string]): void {
  enterIteration(plan.model === 'once');
  if (msUntilEnd() <= 0) {
    sleep(IDLE_SECONDS);
    return;
  }
  try {
    if (plan.model === 'closed' && !plan.pacesItself) paced(journey, plan.everySeconds!);
    else journey();
  } catch (error) {
    if (error === END_OF_LOAD) return;
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

/** Asks once whether anybody is there, so that a wrong address is one line and not a thousand failures. */
function requireHealth(): void {
  const answer = health();
  if (!answer.ok)
    exec.test.abort(
      `${config.appUrl}/api/health: ${answer.failure}${answer.status ? ` (${answer.status})` : ''}; is BASE_URL right, and the platform up?`,
    );
}
