/**
 * Turns a test's name and journeys into what k6 asks of a script: options, setup, one function a scenario, and the
 * summary. Journeys know nothing of load, phases or thresholds.
 */
import type { Options } from 'k6/options';
import { ASIDE, PACE_SECONDS } from '../behaviour.ts';
import type { TestName, WORKLOADS } from '../workloads.ts';
import { exec, sleep } from './k6.ts';
import { addFailure } from './metrics.ts';
import type { Travel } from './once/plan.ts';
import type { K6Summary } from './once/summary.ts';
import { once, rowOf, sharedRows } from './once-a-process.ts';
import { END_OF_LOAD, gapMs, pause, settleIn } from './pacing.ts';
import { currentPhase, enterIteration, msUntilEnd } from './phase.ts';
import { joinRun, plan } from './run.ts';
import { seldom } from './seldom.ts';
import { WATCHER } from './watcher-name.ts';

const IDLE_SECONDS = 1;

type ScenarioName<T extends TestName> = keyof (typeof WORKLOADS)[T]['scenarios'];
type Journeys<T extends TestName> = Record<ScenarioName<T>, () => void>;

type Script<T extends TestName> = Journeys<T> & {
  /** These three in virtual user 0 only. */
  options?: Options;
  setup?: () => void;
  handleSummary?: (data: K6Summary) => Record<string, string>;
};

/**
 * @param journeys one per scenario of the workload, by its name
 * @throws a text with everything that is wrong with settings, target or fixtures (k6 prints it, exit 107)
 */
export function defineTest<T extends TestName>(test: T, journeys: Journeys<T>): Script<T> {
  const script = {} as Script<T>;
  const options = sharedRows('options');
  joinRun(test);
  // k6 asks number 0 for these. Where another has options, it makes a copy of all its own for that one.
  if (__VU === 0) {
    script.options = rowOf(options, 0);
    script.setup = () => {
      once().requireOwnOptions(exec.test.options);
      once().requirePasswordKey();
      seldom().requireHealth();
    };
    script.handleSummary = (data) => once().summaryFiles(test, data);
  }
  // Not for…in: to walk an object's prototypes k6's engine makes all that is in them, 6.5 KB.
  const names = Object.keys(journeys) as ScenarioName<T>[];
  for (let at = 0; at < names.length; at++) {
    const name = names[at]!;
    script[name] = (() =>
      plan.watches && exec.scenario.name === WATCHER
        ? seldom().watchSignals()
        : travel(journeys[name], plan.scenarios[name as string]!)) as Script<T>[typeof name];
  }
  return script;
}

/** One iteration. An exception is counted and paced: left alone, a script that throws at once would flood the target. */
function travel(journey: () => void, pace: Travel): void {
  const everySeconds = pace === ASIDE ? 0 : pace;
  enterIteration(pace === ASIDE);
  if (msUntilEnd() <= 0) {
    sleep(IDLE_SECONDS);
    return;
  }
  try {
    if (everySeconds) settleIn(everySeconds);
    const startedAt = Date.now();
    journey();
    // From start to start, evenly spread by half.
    if (everySeconds) pause(startedAt + gapMs(everySeconds / 2, everySeconds * 1.5) - Date.now());
  } catch (error) {
    if (error === END_OF_LOAD) return;
    addFailure(1, { kind: 'exception', phase: currentPhase() });
    console.error(`exception in ${exec.scenario.name}: ${error}`);
    sleep(PACE_SECONDS.mean);
  }
}
