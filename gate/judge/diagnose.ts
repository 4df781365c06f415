/**
 * Why a run was slow or failed: the weak points of the platform, each weighed by what the run shows of it, in the order of
 * what they cost. Pure: the facts of a run in, a diagnosis out.
 *
 * Each cause is described by signs (causes.ts): what would be seen if it were there, and what would not. Their weights
 * add up to log odds, from a prior that takes each weak point for unlikely, so that no single vague sign is an alarm.
 */
import type { CauseId, Diagnosis, Finding, Onset, Standing } from '../../src/wire/diagnosis-file.ts';
import { type Load, loadOf } from './calm-and-load.ts';
import type { Cause, Sign } from './cause.ts';
import { CAUSES } from './causes.ts';
import { duration, percent } from './figures.ts';
import type { RunFacts, View } from './run-facts.ts';
import { shiftsOf } from './shifts.ts';

/** Log odds of a weak point of which nothing is known: 1 in 20. */
const PRIOR = -3;
/** From here on a cause is claimed, and a possible one is shown. */
const CLAIMED = 0.5;
const POSSIBLE = 0.15;
/** A failed request weighs as much as so many that only waited. */
const FAILURE_WEIGHT = 10;

/**
 * What a full pool, or a busy database, can be the consequence of: whatever keeps the database busy for longer than it
 * should. A pool that refuses is a cause of its own: a larger one would have let the requests in.
 */
const KEEPS_DATABASE_BUSY: readonly CauseId[] = ['vector-index', 'n-plus-one', 'cache', 'session-lookup'];

export function diagnose(facts: RunFacts): Diagnosis {
  const load = loadOf(facts);
  const findings = ranked(
    withConsequences(
      CAUSES.map((cause) => findingOf(cause, load, facts)),
      load,
    ),
  );
  const symptoms = symptomsOf(facts, load);
  return {
    runId: facts.runId,
    test: facts.test,
    outcome: outcomeOf(findings, symptoms, load),
    symptoms,
    findings,
    shifts: shiftsOf(load),
    calm: load.calmText,
    blindSpots: blindSpotsOf(findings, load),
  };
}

function findingOf(cause: Cause, load: Load, { users }: RunFacts): Finding {
  const { id, title, severity, fix, monthlyCost, proof } = cause;
  const signs = cause.signs(load).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const confidence = confidenceOf(signs);
  const standing = standingOf(signs, confidence);
  const shows = standing === 'cause' || standing === 'possible';
  const texts = (side: (sign: Sign) => boolean) => signs.filter(side).map(({ text }) => text);
  return {
    cause: id,
    standing,
    because: null,
    title,
    confidence,
    severity,
    harm: shows ? cause.harm(load) : { failed: 0, time: 0 },
    onset: shows ? onsetOf(cause.since(load), users) : null,
    supporting: texts(({ weight }) => weight > 0),
    against: texts(({ weight }) => weight < 0),
    missing: cause.missing(load),
    fix,
    monthlyCost,
    proof,
  };
}

function confidenceOf(signs: readonly Sign[]): number {
  const odds = signs.reduce((sum, { weight }) => sum + weight, PRIOR);
  return 1 / (1 + Math.exp(-odds));
}

function standingOf(signs: readonly Sign[], confidence: number): Standing {
  if (confidence >= CLAIMED) return 'cause';
  if (signs.length === 0) return 'untold';
  return confidence >= POSSIBLE ? 'possible' : 'unlikely';
}

function onsetOf(since: number | 'always' | null, users: RunFacts['users']): Onset | null {
  if (since === null) return null;
  const second = since === 'always' ? 0 : Math.max(0, since);
  return { second, users: users[Math.floor(second)] ?? null, always: since === 'always' };
}

/** A pool in which requests only waited, while something else kept the database busy, is that one's consequence. */
function withConsequences(findings: readonly Finding[], { whole }: Load): Finding[] {
  const busy = findings
    .filter(({ cause, standing }) => standing === 'cause' && KEEPS_DATABASE_BUSY.includes(cause))
    .sort((a, b) => harmOf(b) - harmOf(a))[0];
  return findings.map((finding): Finding => {
    if (finding.cause !== 'connections' || finding.standing !== 'cause' || !busy) return finding;
    if (whole.failures(['no-connection']) > 0) return finding;
    return { ...finding, standing: 'consequence', because: busy.cause };
  });
}

const ORDER: readonly Standing[] = ['cause', 'consequence', 'possible', 'unlikely', 'untold'];

function ranked(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) || harmOf(b) - harmOf(a) || b.confidence - a.confidence,
  );
}

function harmOf({ harm }: Finding): number {
  return FAILURE_WEIGHT * harm.failed + harm.time;
}

/** A route that takes twice as long under load, and longer by so much, is worth a word. */
const SLOWER = { times: 2, byMs: 50, requests: 20 } as const;
/** So many requests may fail without a word. */
const FAILED_SHARE = 0.01;

function symptomsOf({ criteria }: RunFacts, { calm, loaded }: Load): string[] {
  const failed = criteria
    .filter(({ outcome, severity }) => outcome === 'fail' && severity === 'must')
    .map(({ criterion, phase, limitText }) => `${criterion} failed in ${phase} (${limitText})`);
  const share = loaded.allFailures() / Math.max(1, loaded.requests());
  return [
    ...failed,
    ...(share >= FAILED_SHARE ? [`${percent(share)} of the requests failed under load`] : []),
    ...(calm ? slowerRoutes(calm, loaded) : []),
  ];
}

function slowerRoutes(calm: View, loaded: View): string[] {
  return loaded.routes().flatMap((route) => {
    const [before, under] = [calm.durationMs([route]), loaded.durationMs([route])];
    if (before === null || under === null || loaded.requests([route]) < SLOWER.requests) return [];
    if (under < SLOWER.times * before || under < before + SLOWER.byMs) return [];
    return [`${route} took ${duration(under)} under load, after ${duration(before)} in calm`];
  });
}

function outcomeOf(findings: readonly Finding[], symptoms: readonly string[], { loaded }: Load): Diagnosis['outcome'] {
  if (findings.some(({ standing }) => standing === 'cause')) return 'explained';
  if (symptoms.length > 0) return 'unexplained';
  return loaded.requests() === 0 || findings.every(({ standing }) => standing === 'untold') ? 'blind' : 'well';
}

function blindSpotsOf(findings: readonly Finding[], { calm, whole }: Load): string[] {
  const untold = findings
    .filter(({ standing, missing }) => standing === 'untold' && missing.length > 0)
    .map(({ title, missing }) => `${title}: not seen were ${missing.join('; ')}`);
  return [
    ...(calm === null ? ['the load was the same throughout, so nothing says what it changed'] : []),
    ...(whole.partCount('auth') + whole.partCount('db') === 0
      ? ['the platform sent no Server-Timing, so where its time goes is unknown']
      : []),
    ...untold,
  ];
}
