import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../gate/judge/verdict.ts';
import type { Summary } from '../../src/wire/facts.ts';
import type { RunFile, Verdict } from '../../src/wire/run-files.ts';
import { evidenceOf, healthyRun, healthySummary, PHASES, readings } from './healthy-run.ts';

const judged = (summary: Partial<Summary> | null = {}, run: Partial<RunFile> = {}) => judge(evidenceOf(summary, run));
const codes = ({ reasons }: Verdict) => reasons.map(({ code }) => code);
const totals = (changes: Partial<Summary['totals']>) => ({ totals: { ...healthySummary().totals, ...changes } });
const generator = (changes: Partial<RunFile['generator']>) => ({
  generator: { ...healthyRun().generator, ...changes },
});
const k6 = (changes: Partial<RunFile['k6']>) => ({ k6: { ...healthyRun().k6, ...changes } });
/** A platform that is too slow: 20 % over the p95 limit. */
const slow = {
  facts: healthySummary().facts.map((fact) => (fact.criterion === 'chat.p95' ? { ...fact, over: 211 } : fact)),
};

function assertInvalid(verdict: Verdict, code: string, figure: RegExp): void {
  assert.equal(verdict.outcome, 'invalid');
  const reason = verdict.reasons.find((each) => each.code === code);
  assert.ok(reason, `${code} is not among ${codes(verdict)}`);
  assert.match(reason.text, figure);
}

test('a healthy run in which every criterion passes passes, without reasons', () => {
  const verdict = judged();
  assert.equal(verdict.outcome, 'pass');
  assert.deepEqual(verdict.reasons, []);
  assert.equal(verdict.confidence, 0.99);
  assert.equal(verdict.runId, 'r-1');
});

test('one failed criterion fails the run, one undecided one leaves it inconclusive', () => {
  assert.equal(judged(slow).outcome, 'fail');
  assert.equal(judged({ facts: healthySummary().facts.slice(1) }).outcome, 'inconclusive');
});

test('a test without criteria passes nothing', () => {
  assert.equal(judge({ ...evidenceOf(), phases: [] }).outcome, 'inconclusive');
});

test('a looser confidence needs fewer samples', () => {
  const facts = healthySummary().facts.map((fact) =>
    fact.criterion === 'chat.p95' ? { ...fact, seen: 59, over: 0 } : fact,
  );
  assert.equal(judge({ ...evidenceOf({ facts }), confidence: 0.95 }).outcome, 'pass');
  assert.equal(judge(evidenceOf({ facts })).outcome, 'inconclusive');
});

test('k6 over 80 % of its cores for ten seconds is invalid, a burst of eight is not', () => {
  const hot = (from: number, to: number, cores: number) =>
    generator({ readings: readings((second) => (second > from && second <= to ? cores : 0.3)) });
  assertInvalid(judged({}, hot(50, 60, 1.84)), 'generator-cpu', /92 % of its 2 cores for 10 s \(until 60 s\)/);
  assert.equal(judged({}, hot(50, 58, 1.84)).outcome, 'pass');
  assert.equal(judged({}, hot(0, 215, 1.58)).outcome, 'pass');
});

test('CPU after the last hold is nobody’s concern', () => {
  assert.equal(judged({}, generator({ readings: readings((second) => (second > 206 ? 2 : 0.3)) })).outcome, 'pass');
});

test('readings at odd times are weighted by the time that they speak of', () => {
  // 4 s at 2 cores and 6 s at 0.2: 46 %, though two of three readings are hot.
  const odd = [
    { atMs: 2000, cores: 2, rssBytes: 1 },
    { atMs: 4000, cores: 2, rssBytes: 1 },
    { atMs: 10_000, cores: 0.2, rssBytes: 1 },
  ];
  assert.equal(judged({}, generator({ readings: odd })).outcome, 'pass');
});

test('k6 over 90 % of the memory is invalid', () => {
  assertInvalid(judged({}, generator({ readings: readings(() => 0.3, 7.6e9) })), 'generator-memory', /95 %/);
  assert.equal(judged({}, generator({ readings: readings(() => 0.3, 7.1e9) })).outcome, 'pass');
});

test('late users are invalid while CPU is high, k6’s own or the machine’s', () => {
  const late = { latenessMs: { p95: 80, p99: 340, max: 900 } };
  assertInvalid(
    judged(late, generator({ readings: readings(() => 1.2) })),
    'lateness',
    /340 ms late .* 60 % of its cores/,
  );
  assertInvalid(
    judged(late, generator({ readings: readings(() => 0.2, 3e8, 0.97) })),
    'lateness',
    /340 ms late .* 97 % busy/,
  );
  assert.equal(judged(late, generator({ readings: readings(() => 0.2, 3e8, 0.3) })).outcome, 'pass');
  assert.equal(
    judged({ latenessMs: { p95: 1, p99: 100, max: 900 } }, generator({ readings: readings(() => 1.2) })).outcome,
    'pass',
  );
});

test('fewer users than planned are invalid, but not when the run ended before the hold', () => {
  assertInvalid(judged(totals({ maxUsers: 61 })), 'too-few-users', /61 of 100/);
  assert.notEqual(judged({ ...totals({ maxUsers: 61 }), durationMs: 10_000 }).outcome, 'invalid');
});

test('a single exception of the script is invalid, though k6 exits 0', () => {
  assertInvalid(judged(totals({ exceptions: 1 })), 'script-exceptions', /1 of 400/);
});

test('a clock that jumps by more than a second, either way, is invalid', () => {
  assertInvalid(judged({}, generator({ clockJumpsMs: [2, -1500] })), 'clock-jump', /-1\.5 s/);
  assert.equal(judged({}, generator({ clockJumpsMs: [900, -900] })).outcome, 'pass');
});

test('a k6 that crashed or was killed is invalid, with what it said last', () => {
  assertInvalid(judged({}, k6({ exitCode: null, signal: 'SIGKILL' })), 'k6-crashed', /ended by SIGKILL/);
  assertInvalid(judged({}, k6({ exitCode: 107, errors: ['boom at chat.ts'] })), 'k6-crashed', /107 .*threw.* boom/);
});

test('a k6 whose machine has no files or ports left is invalid, whatever failed by it', () => {
  const short = (shortOf: string) => judged(slow, k6({ exitCode: 99, shortOf }));
  assertInvalid(short('too many open files'), 'generator-limit', /too many open files; raise `ulimit -n`/);
  assertInvalid(short('cannot assign requested address'), 'generator-limit', /cannot assign requested address\.$/);
});

test('exit codes 0 and 99 are facts, not verdicts', () => {
  assert.equal(judged({}, k6({ exitCode: 99 })).outcome, 'pass');
  assert.equal(judged(slow, k6({ exitCode: 0 })).outcome, 'fail');
});

test('no facts are invalid, and rebuilt facts are too, whatever they show', () => {
  assertInvalid(judged(null), 'facts-missing', /no summary and no samples/);
  assertInvalid(judge({ ...evidenceOf(), rebuilt: true }), 'facts-missing', /rebuilt/);
  assert.equal(judge({ ...evidenceOf({}, { interrupted: true }), rebuilt: true }).outcome, 'interrupted');
});

test('an interrupted run says so, with what had failed by then', () => {
  const verdict = judged({ ...slow, durationMs: 100_000 }, { interrupted: true, ...k6({ exitCode: 105 }) });
  assert.equal(verdict.outcome, 'interrupted');
  assert.deepEqual(codes(verdict), ['interrupted']);
  assert.equal(verdict.reasons[0]!.text, 'Interrupted after 100 s of 215 s. Failed by then: chat.p95 in normal.');
});

test('an interruption explains a killed k6, but no saturated one', () => {
  const killed = k6({ exitCode: null, signal: 'SIGKILL' });
  assert.equal(judged(null, { interrupted: true, ...killed }).outcome, 'interrupted');
  const hot = generator({ readings: readings(() => 1.9) });
  assert.equal(judged({}, { interrupted: true, ...hot }).outcome, 'invalid');
});

test('the generator’s fault is above the target’s, which is then told as a lower bound', () => {
  const verdict = judged(slow, generator({ readings: readings(() => 1.9) }));
  assert.equal(verdict.outcome, 'invalid');
  assert.deepEqual(codes(verdict), ['generator-cpu', 'both-at-limit']);
  // 1,054 answers in 190 s
  assert.match(verdict.reasons[1]!.text, /at least 5\.5 requests a second/);
});

test('a target that dies fails, even when the run stops at once', () => {
  const target = { baseUrl: '', revision: '', died: 'SIGSEGV' };
  const verdict = judged({ durationMs: 60_000 }, { target, ...k6({ exitCode: 105 }) });
  assert.equal(verdict.outcome, 'fail');
  assert.deepEqual(codes(verdict), ['stopped-early', 'target-died']);
});

const refused = { ...totals({ requests: 1, failedRequests: 1, maxUsers: 0 }), facts: [], durationMs: 40 };

test('a target that answers nothing in setup fails: k6 did as it should', () => {
  const verdict = judged(refused, k6({ exitCode: 108, errors: ['http://127.0.0.1:3000/api/health: connection'] }));
  assert.equal(verdict.outcome, 'fail');
  assert.deepEqual(codes(verdict), ['stopped-early', 'target-refused']);
  assert.match(
    verdict.reasons[0]!.text,
    /^http:\/\/127\.0\.0\.1:3000\/api\/health: connection: the run ended after 40 ms/,
  );
});

test('a target that lets setup wait past the first ramp fails: no user was to come', () => {
  const stalled = { ...refused, durationMs: 30_300 };
  assert.equal(judged(stalled, k6({ exitCode: 108 })).outcome, 'fail');
  assertInvalid(judged(stalled, k6({ exitCode: 0 })), 'too-few-users', /0 of 100/);
});

test('a run that MAX_AI_CALLS ended is judged on what it saw: never pass, never invalid', () => {
  const stopped = { stopped: 'MAX_AI_CALLS=500 reached', durationMs: 100_000 };
  const limit = { metric: 'http_reqs{name:POST /api/chat}', expression: 'count<=500', ok: false };
  const healthy = judged({ ...stopped, thresholds: [limit] }, k6({ exitCode: 99 }));
  assert.equal(healthy.outcome, 'inconclusive');
  assert.deepEqual(codes(healthy), ['stopped-early']);
  assert.equal(judged({ ...stopped, ...slow }, k6({ exitCode: 99 })).outcome, 'fail');
});

test('arrivals that a healthy generator could not get rid of fail from the failure limit on', () => {
  assert.equal(judged(totals({ iterations: 1000, droppedIterations: 5 })).outcome, 'pass');
  const verdict = judged(totals({ iterations: 1000, droppedIterations: 250 }));
  assert.equal(verdict.outcome, 'fail');
  assert.match(verdict.reasons[0]!.text, /250 arrivals \(20 %\)/);
});

test('the phases of a run are judged each by itself', () => {
  assert.deepEqual(
    judged().criteria.map(({ criterion, phase }) => `${criterion} ${phase}`),
    [
      'chat.p95 normal',
      'chat.p99 normal',
      'chat.failures.normal normal',
      'chat.throughput normal',
      'chat.connections normal',
      'chat.ai-headroom normal',
    ],
  );
  assert.equal(PHASES.length, 1);
});

test('sign-ins that were refused for coming from one address are told with their number and the remedy', () => {
  const timeline = {
    routes: ['POST /api/chat', 'POST /auth/v1/token password'],
    kinds: ['server-error', 'rate-limited'],
    // [second, phase, route, kind, count]: 12 refused sign-ins in two seconds, and failures that are something else.
    failures: [
      [1, 0, 1, 1, 5],
      [2, 0, 1, 1, 7],
      [2, 0, 1, 0, 90],
      [3, 0, 0, 1, 40],
    ] as [number, number, number, number, number][],
  };
  const verdict = judge({ ...evidenceOf(slow), timeline });
  assert.deepEqual(codes(verdict), ['sign-ins-limited']);
  assert.match(verdict.reasons[0]!.text, /^12 sign-ins were refused with 429: .*`\.\/launchgate sessions prepare`\.$/);
  assert.deepEqual(codes(judge({ ...evidenceOf(slow), timeline: { ...timeline, failures: [] } })), []);
});
