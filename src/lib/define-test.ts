/**
 * Turns a test's name and journeys into what k6 asks of a script: options, setup, one function a scenario, and the
 * summary. Journeys know nothing of load, phases or thresholds.
 */
import type { Options } from 'k6/options';
import { PACE_SECONDS } from '../behaviour.ts';
import type { Gate } from '../thresholds.ts';
import type { TestName, WORKLOADS } from '../workloads.ts';
import { health } from './api/health.ts';
import { config } from './config.ts';
import { exec, SharedArray, sleep } from './k6.ts';
import { countException, countUnder } from './metrics.ts';
import type { Plan } from './once/plan.ts';
import type { K6Summary } from './once/summary.ts';
import { once, onceAProcess } from './once-a-process.ts';
import { END_OF_LOAD, settleIn, untilNext } from './pacing.ts';
import { currentPhase, enterIteration, followSchedule, msUntilEnd } from './phase.ts';
import { isWatcher, watchSignals } from './signals.ts';

const IDLE_SECONDS = 1;

type ScenarioName<T extends TestName> = keyof (typeof WORKLOADS)[T]['scenarios'];
type Journeys<T extends TestName> = Record<ScenarioName<T>, () => void>;

type Script<T extends TestName> = Journeys<T> & {
  /** In the first VU only. */
  options: Options | undefined;
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
  // k6 takes the options from the first VU, number 0; where others have some, it makes a copy of all its own for each.
  const options = __VU === 0 ? onceAProcess('options', () => once().optionsOf(test, looksAt)) : undefined;
  const plan = onceAProcess('plan', () => once().planOf(test));
  followSchedule(plan.windows);
  countUnder(
    plan.occasions,
    new SharedArray('countings', () => once().countingsOf(test)),
    new SharedArray('signals', () => once().plannedSignals(test)),
  );
  const travelled = { ...journeys };
  for (const name in journeys) {
    travelled[name] = () => (isWatcher() ? watchSignals() : travel(journeys[name], plan.scenarios[name]!));
  }
  return {
    ...travelled,
    options,
    setup: () => {
      once().requireOwnOptions(exec.test.options);
      once().requirePasswordKey();
      requireHealth();
    },
    handleSummary: (data) => once().summaryFiles(test, data),
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
      `${config.healthUrl}: ${answer.failure}${answer.status ? ` (${answer.status})` : ''}; is BASE_URL right, and the platform up?`,
    );
}
