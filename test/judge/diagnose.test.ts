import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boughtLines } from '../../gate/judge/bought.ts';
import { CAUSES } from '../../gate/judge/causes.ts';
import { diagnose } from '../../gate/judge/diagnose.ts';
import { diagnosisLines, diagnosisSentence, sureText } from '../../gate/judge/diagnosis-lines.ts';
import { median, quantile, robustShift } from '../../gate/judge/robust.ts';
import type { RunFacts } from '../../gate/judge/run-facts.ts';
import { CAUSE_IDS, type CauseId, type Finding } from '../../src/wire/diagnosis-file.ts';
import { type Answer, clientOnly, madeFacts } from './made-facts.ts';

const claimed = (facts: RunFacts) =>
  diagnose(facts)
    .findings.filter(({ standing }) => standing === 'cause')
    .map(({ cause }) => cause);
const finding = (facts: RunFacts, cause: CauseId): Finding =>
  diagnose(facts).findings.find((each) => each.cause === cause)!;

const many = (route: string, kind: string, each: number) =>
  Array.from({ length: 40 }, (_, index) => ({ second: 20 + index, route, kind, count: each }));
const chat = (ms: number, parts: Answer['parts']): Record<string, Answer> => ({ 'POST /api/chat': { ms, parts } });
const usualChat = { auth: 0.1, db: 6, vector: 4, ai: 980 };

test('the robust shift is in interquartile ranges, and neither a wild value nor a flat beginning blows it up', () => {
  // Quartiles of 1..5 are 2 and 4, by the usual linear rule.
  assert.deepEqual([quantile([5, 1, 4, 2, 3], 0.25), median([1, 2, 3, 4])], [2, 2.5]);
  assert.equal(robustShift([1, 2, 3, 4, 5], [9, 10, 11], 0.1), 3.5);
  assert.equal(robustShift([1, 2, 3, 4, 5], [10, 10, 1e9], 0.1), 3.5);
  assert.equal(robustShift([0, 0, 0], [5, 5, 5], 1), 5);
  assert.equal(robustShift([100, 100, 100], [150, 150, 150], 1), 5);
});

test('a platform that is well raises no alarm, and nothing is to be explained', () => {
  const { outcome, findings, symptoms } = diagnose(madeFacts());
  assert.equal(outcome, 'well');
  assert.deepEqual(symptoms, []);
  assert.deepEqual(new Set(findings.map(({ standing }) => standing)), new Set(['unlikely', 'untold']));
});

test('every weak point of the platform has one description, in its order', () => {
  assert.deepEqual(
    CAUSES.map(({ id }) => id),
    CAUSE_IDS,
  );
});

// biome-ignore format: one line a cause
const SHOWN: readonly (readonly [CauseId, RunFacts])[] = [
  ['connections', madeFacts({ failures: many('GET /api/chronos/balance', 'no-connection', 2), signals: { db_connections_used_ratio: (second) => (second < 20 ? 0.3 : 1) } })],
  ['vector-index', madeFacts({ answers: chat(1_080, { ...usualChat, vector: 80 }) })],
  ['ai-limit', madeFacts({ failures: many('POST /api/chat', 'ai-limit', 1), signals: { ai_remaining_ratio: (second) => Math.max(0, 1 - second / 30) } })],
  ['video-workers', madeFacts({ answers: { 'POST /api/video/create': { ms: 10, parts: {} } }, signals: { queue_depth: (second) => 3 * second } })],
  ['cache', madeFacts({ answers: { 'GET /api/creator/stats': { ms: 6, parts: { auth: 0.1, db: 4 } }, 'GET /api/creator/analytics': { ms: 8, parts: { auth: 0.1, db: 6 } } }, signals: { cache_hit_ratio: undefined } })],
  ['session-lookup', madeFacts({ answers: { 'GET /api/chronos/balance': { ms: 28, parts: { auth: 23, db: 3 } }, ...chat(1_020, { ...usualChat, auth: 23 }), 'GET /api/calendar/events': { ms: 28, parts: { auth: 23, db: 3.2 } }, 'GET /api/creator/stats': { ms: 25, parts: { auth: 23 } }, 'GET /api/creator/analytics': { ms: 25, parts: { auth: 23 } } } })],
  ['media', madeFacts({ answers: { 'GET thumbnail': { ms: 300, parts: {} } }, signals: { media_from_app: () => 1 } })],
  ['n-plus-one', madeFacts({ answers: { 'GET /api/calendar/events': { ms: 20, parts: { auth: 0.1, db: 15 } } } })],
];

for (const [cause, facts] of SHOWN) {
  test(`${cause} alone is named, and nothing else`, () => assert.deepEqual(claimed(facts), [cause]));
}

test('a fault that is none of the weak points is said to be none of them', () => {
  const broken = diagnose(madeFacts({ failures: many('GET /api/creator/stats', 'server-error', 3) }));
  assert.equal(broken.outcome, 'unexplained');
  assert.match(diagnosisSentence(broken), /^None of these: 6 % of the requests failed/);
});

test('what costs more comes first: refused requests before a few milliseconds', () => {
  const both = madeFacts({
    failures: many('POST /api/chat', 'ai-limit', 2),
    answers: { 'GET /api/calendar/events': { ms: 20, parts: { auth: 0.1, db: 15 } } },
  });
  assert.deepEqual(claimed(both), ['ai-limit', 'n-plus-one']);
});

test('a pool in which requests only wait is the consequence of what keeps the database busy', () => {
  const facts = madeFacts({
    answers: chat(1_400, { ...usualChat, vector: 400 }),
    signals: {
      db_pool_waiting: (second) => (second < 20 ? 0 : 9),
      db_connections_used_ratio: (second) => (second < 20 ? 0.2 : 1),
    },
  });
  assert.deepEqual(claimed(facts), ['vector-index']);
  const { standing, because } = finding(facts, 'connections');
  assert.deepEqual([standing, because], ['consequence', 'vector-index']);
});

test('the onset is in seconds and users; what does not hang on the load was always there', () => {
  const limit = finding(madeFacts({ failures: many('POST /api/chat', 'ai-limit', 1).slice(7) }), 'ai-limit');
  assert.deepEqual(limit.onset, { second: 27, users: 100, always: false });
  assert.equal(finding(SHOWN[5]![1], 'session-lookup').onset?.always, true);
});

test('with client-side data alone the words of refusals still tell, and the rest is said to be unknown', () => {
  const refused = clientOnly(madeFacts({ failures: many('GET /api/chronos/balance', 'no-connection', 2) }));
  assert.deepEqual(claimed(refused), ['connections']);
  const { findings, blindSpots } = diagnose(refused);
  const untold = findings.filter(({ standing }) => standing === 'untold').map(({ cause }) => cause);
  for (const cause of ['vector-index', 'session-lookup', 'cache', 'n-plus-one'] as const)
    assert.ok(untold.includes(cause));
  assert.ok(blindSpots.some((line) => line.includes('no Server-Timing')));
});

test('with client-side data alone, failing questions are no more than a possible AI limit', () => {
  const failing = clientOnly(madeFacts({ failures: many('POST /api/chat', 'server-error', 2) }));
  const { findings, outcome } = diagnose(failing);
  assert.equal(outcome, 'unexplained');
  assert.deepEqual([findings[0]!.cause, findings[0]!.standing], ['ai-limit', 'possible']);
});

test('where no body says why, questions that fail while the provider has nothing left are its refusals', () => {
  const facts = madeFacts({
    failures: many('POST /api/chat', 'server-error', 4),
    signals: { ai_remaining_ratio: (second) => (second < 20 ? 0.8 : 0), ai_throttled_per_minute: undefined },
  });
  assert.deepEqual(claimed(facts), ['ai-limit']);
  assert.equal(finding(facts, 'ai-limit').harm.failed, 160 / 2_000);
});

test('a database that is busy all the time hides no missing index: its quickest moments tell', () => {
  const facts = madeFacts({ answers: chat(1_300, { ...usualChat, vector: 80 }) });
  // In four seconds of five every statement waits until the searches before it are done.
  const parts = facts.parts.map((row) => {
    const waits = row.second % 5 > 0 && (row.part === 'db' || row.part === 'vector');
    return waits ? { ...row, totalMs: row.count * 300 } : row;
  });
  assert.deepEqual(claimed({ ...facts, parts }), ['vector-index']);
});

test('where the load was the same throughout, nothing is said to have moved', () => {
  const flat = madeFacts({ windows: [{ phase: 'normal', users: 100, fromMs: 0, toMs: 60_000 }] });
  const { shifts, blindSpots } = diagnose(flat);
  assert.deepEqual(shifts, []);
  assert.ok(blindSpots.some((line) => line.includes('the same throughout')));
});

test('what moved most comes first', () => {
  const { shifts } = diagnose(SHOWN[2]![1]);
  assert.equal(shifts[0]!.title, 'AI headroom');
  assert.ok(shifts[0]!.shift < -1);
});

test('the terminal ends with the sentence, after evidence for and against, onset, cost, fix and proof', () => {
  const lines = diagnosisLines(diagnose(SHOWN[2]![1]));
  assert.equal(lines.at(-1), "database: The AI provider's limit is reached.");
  const text = lines.join('\n');
  assert.match(text, /1\. The AI provider's limit is reached \(> 99 % sure, critical\)/);
  assert.match(text, /\+ the provider refused 40 of 440 questions \(9\.09 %\)/);
  assert.match(text, /shows {3}from second 20 on, with 100 users/);
  assert.match(text, /fix {5}a queue with exponential backoff.* \(\$100 a month\)/);
  assert.match(text, /Can’t be told from this run:\n {2}.*thumbnails/s);
});

test('before and after a fix: figures side by side, and which weak points are gone, left or new', () => {
  const side = (facts: RunFacts, p95: number) => ({
    name: `run-${p95}`,
    outcome: 'pass',
    figures: [{ headline: 'database.dashboards.p95.peak', value: p95, seen: 100 }],
    diagnosis: diagnose(facts),
  });
  const lines = boughtLines(side(SHOWN[7]![1], 800), side(SHOWN[6]![1], 200)).join('\n');
  assert.match(lines, /\| database\.dashboards\.p95\.peak \| 800 ms \| 200 ms \| -75 % \|/);
  assert.match(lines, /- gone: Dashboards and lists ask the database once for every item \(N\+1\) \(\$0 a month\)/);
  assert.match(lines, /- new: Thumbnails and videos are served by the app/);
});

test('how sure a finding is comes in whole per cent, and is never all or nothing', () => {
  assert.deepEqual([0, 0.0009, 0.01, 0.955, 0.9999, 1].map(sureText), [
    '< 1 %',
    '< 1 %',
    '1 %',
    '96 %',
    '> 99 %',
    '> 99 %',
  ]);
});
