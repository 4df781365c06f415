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
import { ROUTES, type RouteName, SERVER_PARTS, type ServerPart } from '../../wire/routes.ts';
import type { SignalLimit, SignalName } from '../../wire/signals.ts';
import {
  type Phase,
  plannedSeconds,
  scenarioOf,
  stagesOf,
  type TestName,
  usersWithSessions,
  virtualUsers,
  type Window,
  WORKLOADS,
  windowsOf,
} from '../../workloads.ts';
import { MOST_AT_ONCE, TIMEOUT_SECONDS } from '../sending-limits.ts';
import { WATCHER } from '../watcher-name.ts';
import { allUsers, availableUsers } from './fixture-rows.ts';
import { requireSessions } from './sessions.ts';
import { config, phasesOfRun, requireUsers } from './settings.ts';
import { sharedOptions } from './shared-options.ts';

/** Seconds that k6 grants iterations to end by themselves: longer than any request, so that the slowest is counted. */
const GRACE = `${TIMEOUT_SECONDS + 5}s`;
/** k6 takes whole numbers of arrivals, and some are few a minute. */
const ARRIVALS_PER = { seconds: 3_600, timeUnit: '1h' } as const;

/** What the watcher did is taken off again: it is no user. */
const WATCHER_COUNTS = { [`http_reqs{scenario:${WATCHER}}`]: [], [`iterations{scenario:${WATCHER}}`]: [] };

/** Criteria that samples are counted under. Two lists and no list of pairs: in k6's engine an object takes 0.6 KB. */
export interface Gates {
  readonly criteria: readonly string[];
  /** From so many ms on a sample is over; a failed request is over all of them. */
  readonly limitsMs: readonly number[];
}

/** What a request of one route in one phase is counted under. */
export interface Counting {
  /** GET of `GET /api/chat`. */
  readonly method: string;
  /** Tags of the request's own k6 samples; the family is the group that a criterion of this test speaks of. */
  readonly tags: { readonly name: RouteName; readonly phase: string; readonly family?: string };
  readonly gates: Gates;
  /** Of parts of the server's time; left out where no criterion speaks of them. */
  readonly partGates?: Readonly<Partial<Record<ServerPart, Gates>>>;
}

/** A criterion that readings of a signal are counted under. */
export interface PlannedSignal {
  readonly criterion: string;
  readonly signal: SignalName;
  readonly limit: SignalLimit;
}

export interface ScenarioTravel {
  /** Its iterations stand beside the load, in no phase. */
  readonly aside?: true;
  /** Where journeys don't pace themselves: s from the start of one to the start of the next. */
  readonly everySeconds?: number;
}

/** As small as it can be: every virtual user holds one. */
export interface Plan {
  readonly windows: readonly Pick<Window, 'phase' | 'fromMs' | 'toMs'>[];
  readonly scenarios: Readonly<Record<string, ScenarioTravel>>;
  /** Every phase, and what else requests are tagged with in its place. */
  readonly occasions: readonly string[];
  /** Where one of the virtual users reads the platform's signals. */
  readonly watches?: true;
}

export type PlanRow = Plan | PlannedSignal[] | Counting;

/**
 * The plan, then for each of its occasions what readings count under, then for each of them what requests count under, by
 * route in the order of ROUTES. All in one shared array: each takes 1.4 KB in every virtual user.
 */
export function planRowsOf(test: TestName): PlanRow[] {
  return [planOf(test), ...plannedSignals(test), ...countingsOf(test)];
}

/** @throws a text when the prepared sessions can't be used: once, at the start, since at the end they may be too old */
function planOf(test: TestName): Plan {
  const phases = phasesOfRun(test);
  const users = usersWithSessions(test, phases, allUsers(), config.generators);
  requireSessions(
    users.map(({ email }) => email),
    plannedSeconds(test, phases),
  );
  const scenarios = Object.keys(WORKLOADS[test].scenarios).map((name): [string, Plan['scenarios'][string]] => {
    const plan = scenarioOf(test, name);
    if (plan.model === 'once') return [name, { aside: true }];
    return [name, plan.model === 'closed' && !plan.pacesItself ? { everySeconds: plan.everySeconds } : {}];
  });
  return {
    windows: windowsOf(test, phases).map(({ phase, fromMs, toMs }) => ({ phase, fromMs, toMs })),
    scenarios: Object.fromEntries(scenarios),
    occasions: occasionsOf(phases),
    ...(watchesSignals(test) ? { watches: true } : {}),
  };
}

function occasionsOf(phases: readonly Phase[]): string[] {
  return [...new Set([RAMP, ...phases.map(({ name }) => name), ASIDE])];
}

/** What requests count under: for each occasion of the plan all routes, in the order of ROUTES. */
function countingsOf(test: TestName): Counting[] {
  return occasionsOf(phasesOfRun(test)).flatMap((phase) => {
    const partGates = partGatesIn(test, phase);
    return ROUTES.map((name) => ({
      method: name.slice(0, name.indexOf(' ')),
      tags: { name, phase, family: familyOf(test, name) },
      gates: gatesFor(test, name, phase),
      partGates,
    }));
  });
}

function partGatesIn(test: TestName, phase: string): Counting['partGates'] {
  const gates = SERVER_PARTS.map((part) => [part, gatesFor(test, part, phase)] as const);
  const spokenOf = gates.filter(([, { criteria }]) => criteria.length > 0);
  return spokenOf.length > 0 ? Object.fromEntries(spokenOf) : undefined;
}

/** The group of a route, where a criterion of this test speaks of the group. */
function familyOf(test: TestName, name: RouteName): string | undefined {
  const routes = countedCriteria(test).map(({ route }) => route);
  return routes.filter(isGroup).findLast((group) => speaksOf(group, name));
}

function gatesFor(test: TestName, subject: RouteName | ServerPart, phase: string): Gates {
  const gates = countedCriteria(test).filter(
    (criterion) => speaksOf(criterion.route, subject) && appliesIn(criterion, phase),
  );
  return {
    criteria: gates.map(({ id }) => id),
    // JSON has no infinity.
    limitsMs: gates.map((criterion) => (criterion.stat === 'failures' ? Number.MAX_VALUE : criterion.below)),
  };
}

function speaksOf(spoken: CountedCriterion['route'], subject: RouteName | ServerPart): boolean {
  const isPart = (SERVER_PARTS as readonly string[]).includes(subject);
  if (spoken === 'every request') return !isPart;
  if (isGroup(spoken)) return (ROUTE_GROUPS[spoken] as readonly string[]).includes(subject);
  return (partOf(spoken) ?? spoken) === subject;
}

/** What readings of signals count under, for each occasion of the plan. */
function plannedSignals(test: TestName): PlannedSignal[][] {
  const phases = phasesOfRun(test);
  const gates = gatesOf(test, phases);
  return occasionsOf(phases).map((occasion) =>
    gates.flatMap(({ criterion, phase }) =>
      criterion.stat === 'signal' && phase === occasion
        ? [{ criterion: criterion.id, signal: criterion.signal, limit: criterion.limit }]
        : [],
    ),
  );
}

/**
 * @throws a text with everything that is wrong with settings, target or fixtures
 */
export function optionsOf(test: TestName, looksAt: (gate: Gate) => boolean = () => true): Options {
  const phases = phasesOfRun(test);
  requireUsers(test, phases, availableUsers(), watchesSignals(test) ? 1 : 0);
  const gates = gatesOf(test, phases).filter(looksAt).filter(isReadHere).filter(isMetHere);
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
