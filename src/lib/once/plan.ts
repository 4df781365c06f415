/**
 * What a test asks of k6, and what its virtual users need to know of the tables: worked out once a process.
 */
import type { Options, Scenario } from 'k6/options';
import { ASIDE, RAMP } from '../../behaviour.ts';
import {
  appliesIn,
  type CountedCriterion,
  countedCriteria,
  type Gate,
  gatesOf,
  isGroup,
  k6Thresholds,
  partOf,
  ROUTE_GROUPS,
} from '../../thresholds.ts';
import { FAILURE_KINDS } from '../../wire/api.ts';
import { EXCEPTIONS, METRIC } from '../../wire/facts.ts';
import { ROUTES, type RouteName, SERVER_PARTS } from '../../wire/routes.ts';
import type { SignalLimit, SignalName } from '../../wire/signals.ts';
import {
  type Phase,
  plannedSeconds,
  scenarioOf,
  stagesOf,
  type TestName,
  usersWithSessions,
  virtualUsers,
  WORKLOADS,
  windowsOf,
} from '../../workloads.ts';
import { EVERY_REQUEST, type Gates } from '../gates.ts';
import { MOST_AT_ONCE, TIMEOUT_SECONDS } from '../sending-limits.ts';
import { WATCHER } from '../watcher-name.ts';
import { allUsers, availableUsers } from './fixture-rows.ts';
import { isInspected } from './limits.ts';
import { requireSessions } from './sessions.ts';
import { config, phasesOfRun, requireUsers } from './settings.ts';
import { sharedOptions } from './shared-options.ts';

/** Seconds that k6 grants iterations to end by themselves: longer than any request, so that the slowest is counted. */
const GRACE = `${TIMEOUT_SECONDS + 5}s`;
/** k6 takes whole numbers of arrivals, and some are few a minute. */
const ARRIVALS_PER = { seconds: 3_600, timeUnit: '1h' } as const;

/** What the watcher did is taken off again: it is no user. */
const WATCHER_COUNTS = { [`http_reqs{scenario:${WATCHER}}`]: [], [`iterations{scenario:${WATCHER}}`]: [] };

/** A criterion that readings of a signal are counted under, in one phase. */
export interface PlannedSignal {
  readonly criterion: string;
  readonly phase: string;
  readonly signal: SignalName;
  readonly limit: SignalLimit;
}

/**
 * How a virtual user goes through a scenario: s from the start of one journey to the start of the next, 0 where journeys
 * pace themselves; `aside`: beside the load, in no phase.
 */
export type Travel = number | typeof ASIDE;

/** As small as it can be: every virtual user holds one. */
export interface Plan {
  /** The holds in order, and when each begins and ends, ms since the start of the load. */
  readonly phases: readonly string[];
  readonly fromMs: readonly number[];
  readonly toMs: readonly number[];
  readonly scenarios: Readonly<Record<string, Travel>>;
  readonly gates: Gates;
  /** Groups of routes that a criterion of this test speaks of; left out where there are none. */
  readonly families?: Readonly<Partial<Record<RouteName, string>>>;
  /** Where one of the virtual users reads the platform's signals. */
  readonly watches?: true;
}

/** @throws a text when the prepared sessions can't be used: once, at the start, since at the end they may be too old */
export function planOf(test: TestName): Plan {
  const phases = phasesOfRun(test);
  const users = usersWithSessions(test, phases, allUsers(), config.generators);
  requireSessions(
    users.map(({ email }) => email),
    plannedSeconds(test, phases),
  );
  const scenarios = Object.keys(WORKLOADS[test].scenarios).map((name): [string, Travel] => {
    const plan = scenarioOf(test, name);
    if (plan.model === 'once') return [name, ASIDE];
    return [name, plan.model === 'closed' && !plan.pacesItself ? plan.everySeconds : 0];
  });
  const windows = windowsOf(test, phases);
  return {
    phases: windows.map(({ phase }) => phase),
    fromMs: windows.map(({ fromMs }) => fromMs),
    toMs: windows.map(({ toMs }) => toMs),
    scenarios: Object.fromEntries(scenarios),
    gates: gatesIn(test, phases),
    families: familiesOf(test),
    ...(watchesSignals(test) ? { watches: true } : {}),
  };
}

function gatesIn(test: TestName, phases: readonly Phase[]): Gates {
  const subjects: Gates['subjects'] = [EVERY_REQUEST, ...ROUTES, ...SERVER_PARTS];
  // Each once: twice the same gate would count every request twice.
  const occasions = [...new Set([RAMP, ...phases.map(({ name }) => name), ASIDE])];
  const gates = occasions.flatMap((phase) =>
    countedCriteria(test)
      .filter((criterion) => appliesIn(criterion, phase))
      .flatMap((criterion) => {
        const spokenOf = subjects.filter((subject) => speaksOf(criterion.route, subject));
        return spokenOf.map((subject) => ({ subject, phase, criterion }));
      }),
  );
  return {
    subjects: gates.map(({ subject }) => subject),
    phases: gates.map(({ phase }) => phase),
    criteria: gates.map(({ criterion }) => criterion.id),
    // JSON has no infinity.
    limitsMs: gates.map(({ criterion }) => (criterion.stat === 'failures' ? Number.MAX_VALUE : criterion.below)),
  };
}

/** The group of each route, where a criterion of this test speaks of the group. */
function familiesOf(test: TestName): Plan['families'] {
  const groups = countedCriteria(test)
    .map(({ route }) => route)
    .filter(isGroup);
  const families = ROUTES.map((name) => [name, groups.findLast((group) => speaksOf(group, name))] as const);
  const spokenOf = families.filter(([, family]) => family !== undefined);
  return spokenOf.length > 0 ? Object.fromEntries(spokenOf) : undefined;
}

function speaksOf(spoken: CountedCriterion['route'], subject: Gates['subjects'][number]): boolean {
  if (isGroup(spoken)) return (ROUTE_GROUPS[spoken] as readonly string[]).includes(subject);
  return (partOf(spoken) ?? spoken) === subject;
}

/** What readings of signals count under. */
export function plannedSignals(test: TestName): PlannedSignal[] {
  return gatesOf(test, phasesOfRun(test)).flatMap(({ criterion, phase }) =>
    criterion.stat === 'signal'
      ? [{ criterion: criterion.id, phase, signal: criterion.signal, limit: criterion.limit }]
      : [],
  );
}

/**
 * @throws a text with everything that is wrong with settings, target or fixtures
 */
export function optionsOf(test: TestName): Options {
  const phases = phasesOfRun(test);
  requireUsers(test, phases, availableUsers(), watchesSignals(test) ? 1 : 0);
  const gates = gatesOf(test, phases)
    .filter((gate) => test !== 'rate-limits' || isInspected(gate))
    .filter(isReadHere)
    .filter(isMetHere);
  const names = Object.keys(WORKLOADS[test].scenarios);
  return {
    ...sharedOptions(test),
    scenarios: {
      ...Object.fromEntries(names.map((name) => [name, executorOf(test, phases, name)])),
      ...(watchesSignals(test) ? { [WATCHER]: watchingScenario(test, phases, names[0]!) } : {}),
    },
    thresholds: {
      ...k6Thresholds(gates, phases, config.pace),
      ...failureCounts(phases),
      ...aiCallLimit(),
      ...(watchesSignals(test) ? WATCHER_COUNTS : {}),
    },
    noCookiesReset: true,
    // What is sent at once goes out at once; browsers' six at a time would hide a page's own burst.
    batch: MOST_AT_ONCE,
    batchPerHost: MOST_AT_ONCE,
    summaryTrendStats: ['count', 'avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  };
}

/**
 * Whether signals are read in this test, beside its load: where METRICS_URL says how, and there is a load to read them
 * under.
 */
function watchesSignals(test: TestName): boolean {
  const names = Object.keys(WORKLOADS[test].scenarios);
  return config.metricsUrl !== '' && names.some((name) => scenarioOf(test, name).model !== 'once');
}

/** Signals that nobody reads need no place in the summary; AI headroom comes with answers, too. */
function isReadHere({ criterion }: Gate): boolean {
  if (criterion.stat !== 'signal' || criterion.signal === 'ai_remaining_ratio') return true;
  return watchesSignals(criterion.test);
}

/** Users whose sessions were prepared don't sign in. */
function isMetHere({ criterion }: Gate): boolean {
  const isSignIn = 'route' in criterion && criterion.route === 'POST /auth/v1/token password';
  return !isSignIn || !config.sessionsPrepared || criterion.test === 'auth';
}

/** @param script the name of any function that the script exports: k6 wants one, and runs it (define-test.ts) */
function watchingScenario(test: TestName, phases: readonly Phase[], script: string): Scenario {
  const maxDuration = `${plannedSeconds(test, phases)}s`;
  return { executor: 'per-vu-iterations', exec: script, vus: 1, iterations: 1, maxDuration, gracefulStop: '0s' };
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

/** Sub-metrics without a gate, so that the summary tells failures by kind and phase, and exceptions of the whole run. */
function failureCounts(phases: readonly Phase[]): Record<string, string[]> {
  const wanted = FAILURE_KINDS.flatMap((kind) =>
    phases.map(({ name }) => `${METRIC.failures}{kind:${kind},phase:${name}}`),
  );
  return Object.fromEntries([EXCEPTIONS, ...wanted].map((metric) => [metric, []]));
}

/** Off loopback answers cost money: the run ends when it has asked for as many as it may. */
function aiCallLimit(): Options['thresholds'] {
  if (config.maxAiCalls === undefined) return {};
  return {
    'http_reqs{name:POST /api/chat}': [
      { threshold: `count<=${Math.floor(config.maxAiCalls / config.generators)}`, abortOnFail: true },
    ],
  };
}
