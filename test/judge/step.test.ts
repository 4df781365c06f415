import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normal, seeded } from '../../gate/judge/random.ts';
import { aiUse, decideAtEnd, decideWhileRunning, type HeadroomReading, type Step } from '../../gate/judge/step.ts';
import { judge } from '../../gate/judge/verdict.ts';
import { evidenceOf, healthyRun } from './healthy-run.ts';

/** A reading each second, that falls by `perMinute` of the limit a minute. */
const falling = (perMinute: number, from = 0.9, seconds = 60): HeadroomReading[] =>
  Array.from({ length: seconds }, (_, second) => ({ second, left: from - (perMinute / 60) * second }));

const step = (changes: Partial<Step> = {}): Step => ({
  ...{
    test: 'chat',
    phase: 'normal',
    tallies: new Map(),
    seconds: [],
    headroom: [],
    queue: [],
    confidence: 0.99,
    ...changes,
  },
});
const tallies = (over: number, seen: number) =>
  new Map(['chat.p95', 'chat.p99', 'chat.failures.normal'].map((id) => [id, { seen, over }]));

test('what is asked of the AI provider is what it gives and by how much the rest falls in a minute', () => {
  assert.ok(Math.abs(aiUse(falling(0.5))!.value - 1.5) < 1e-9);
  assert.ok(Math.abs(aiUse(falling(0.08))!.value - 1.08) < 1e-9);
  assert.equal(aiUse(falling(0.5, 0.9, 10)), null);
});

test('of a provider that stays full, what each answer took adds up to its use', () => {
  // 60 answers a minute that each take a hundredth of the limit.
  assert.ok(Math.abs(aiUse(falling(0, 0.99))!.value - 0.6) < 0.02);
});

test('a provider that stays full is asked for less than it gives, one that is empty for more', () => {
  assert.ok(aiUse(falling(0, 1))!.high < 1);
  assert.ok(aiUse(falling(0, 0.01))!.low > 1);
});

/**
 * A full step, asked every second whether it breaks, in which users ask for `use` of what a limit on tokens gives. Prompts
 * are lognormal, as long as in the trace that Azure published in 2023.
 */
function breaks(use: number, random: () => number): boolean {
  const [users, seconds, mean] = [74, 190, 1_228];
  const asked: number[] = [];
  for (let user = 0; user < users; user++)
    for (let at = random() * 18; at < seconds; at += 9 + 18 * random()) asked.push(at);
  const perSecond = (users / 18) * (mean / use);
  let rest = 60 * perSecond;
  let before = 0;
  const readings = asked
    .sort((a, b) => a - b)
    .map((second): HeadroomReading => {
      rest = Math.min(60 * perSecond, rest + (second - before) * perSecond) - Math.exp(6.63 + 0.99 * normal(random));
      before = second;
      return { second, left: rest / 60 / perSecond };
    });
  return readings.some((_, index) => decideWhileRunning(step({ headroom: readings.slice(0, index) })).because !== '');
}

test('of steps that ask for 93 % of a token limit hardly one breaks, of those that ask for 120 % most break before their end', () => {
  const random = seeded(3);
  const broken = (use: number) => Array.from({ length: 60 }, () => breaks(use, random)).filter(Boolean).length;
  const [below, above] = [broken(0.93), broken(1.2)];
  assert.ok(below <= 4 && above >= 40, `${below} and ${above} of 60`);
});

test('a rest that was whole a moment ago is enough, though it is not whole at the very end', () => {
  // Whole again 10 s before the end: too short a fall to say anything, and yet nothing is short.
  const readings = falling(0, 0.99, 60).map(({ second, left }) => ({ second, left: second < 50 ? left : 0.93 }));
  const use = aiUse(readings)!;
  assert.ok(use.high < 1 && use.value > 0.3, JSON.stringify(use));
});

test('a rest that surely runs out breaks a step long before it has run out', () => {
  assert.deepEqual(decideWhileRunning(step({ headroom: falling(0.4, 0.95, 40) })), {
    ...{ decision: 'breaks', because: 'ai-use', thin: false },
  });
});

test('a queue that grows breaks a step, and one that is never empty keeps it from holding', () => {
  const grows = [0, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15];
  const counted = { tallies: tallies(0, 900) };
  assert.deepEqual(decideWhileRunning(step({ ...counted, queue: grows })).because, 'queue-growth');
  assert.equal(decideWhileRunning(step({ ...counted, queue: [3, 4, 3, 2, 3, 4, 3, 4, 3] })).decision, 'undecided');
  assert.equal(decideWhileRunning(step({ ...counted, queue: [0, 4, 3, 0, 3, 0, 2, 1, 0] })).decision, 'holds');
  const verdict = judge(evidenceOf());
  const longer = { headroom: [], queue: [0, 6, 1, 5, 2, 9, 3, 8, 4, 11, 5, 12] };
  assert.equal(decideAtEnd(verdict, longer, false).decision, 'undecided');
  assert.equal(decideAtEnd(verdict, longer, true).because, 'queue-growth');
});

test('a step holds as soon as every must criterion does, and breaks with the first that can’t hold', () => {
  assert.equal(decideWhileRunning(step({ tallies: tallies(0, 200) })).decision, 'undecided');
  assert.equal(decideWhileRunning(step({ tallies: tallies(0, 900) })).decision, 'holds');
  const broken = decideWhileRunning(step({ tallies: new Map([['chat.failures.normal', { seen: 100, over: 20 }]]) }));
  assert.deepEqual([broken.decision, broken.because], ['breaks', 'chat.failures.normal']);
});

test('a step whose use of AI was seen too shortly to tell is not said to hold before its end', () => {
  const counted = { tallies: tallies(0, 900) };
  assert.equal(decideWhileRunning(step({ ...counted, headroom: falling(0, 1, 20) })).decision, 'undecided');
  assert.equal(decideWhileRunning(step({ ...counted, headroom: falling(0, 1, 40) })).decision, 'holds');
});

test('a step of which nothing was measured does not hold', () => {
  assert.equal(decideWhileRunning(step({ phase: 'peak', test: 'quick' })).decision, 'undecided');
  const none = { ...judge(evidenceOf()), criteria: [] };
  assert.equal(decideAtEnd(none, { headroom: [], queue: [] }, true).decision, 'undecided');
});

test('at its end a step of a run that passed holds, and so does a rest that is sure', () => {
  const verdict = judge(evidenceOf());
  assert.deepEqual(decideAtEnd(verdict, { headroom: falling(0, 1), queue: [] }, true), {
    decision: 'holds',
    because: '',
    thin: false,
  });
  assert.equal(decideAtEnd(verdict, { headroom: falling(0.2), queue: [] }, true).because, 'ai-use');
});

test('a platform that ends by itself carried nobody, however well all went until then', () => {
  const died = { target: { baseUrl: 'http://127.0.0.1:3000', revision: '', died: 'was killed (SIGKILL)' } };
  const stopped = { ...healthyRun().k6, exitCode: 105 };
  const unseen = { headroom: [], queue: [] };
  const inCoolDown = judge(evidenceOf({}, died));
  const inHold = judge(evidenceOf({ durationMs: 100_000 }, { ...died, k6: stopped }));
  for (const verdict of [inCoolDown, inHold]) {
    const { decision, because } = decideAtEnd(verdict, unseen, false);
    assert.deepEqual([decision, because], ['breaks', 'target-died']);
  }
  // Who only stopped k6 left nothing to decide on.
  const told = judge(evidenceOf({ durationMs: 100_000 }, { k6: stopped }));
  assert.equal(decideAtEnd(told, unseen, true).decision, 'undecided');
});

test('few users hold by their values, which is said; values near the limit leave a short step open', () => {
  const few = (over: number) => {
    const facts = ['chat.p95', 'chat.p99', 'chat.failures.normal'].map((criterion) => {
      return { criterion, phase: 'normal', seen: 150, over: criterion === 'chat.p95' ? 0 : over };
    });
    const throughput = { criterion: 'chat.throughput', phase: 'normal', seen: 1_055, over: 0 };
    return judge(evidenceOf({ facts: [...facts, throughput] }));
  };
  assert.deepEqual(decideAtEnd(few(0), { headroom: [], queue: [] }, false), {
    decision: 'holds',
    because: '',
    thin: true,
  });
  assert.equal(decideAtEnd(few(1), { headroom: [], queue: [] }, false).decision, 'undecided');
  assert.equal(decideAtEnd(few(1), { headroom: [], queue: [] }, true).decision, 'holds');
  assert.equal(decideAtEnd(few(9), { headroom: [], queue: [] }, false).decision, 'breaks');
});

test('with samples enough an end near the limit is left open, and one that is clear of it is decided', () => {
  const many = (over: number) => {
    const facts = ['chat.p95', 'chat.p99', 'chat.failures.normal'].map((criterion) => {
      return { criterion, phase: 'normal', seen: 1_250, over: criterion === 'chat.p95' ? 0 : over };
    });
    const throughput = { criterion: 'chat.throughput', phase: 'normal', seen: 1_055, over: 0 };
    const verdict = judge(evidenceOf({ facts: [...facts, throughput] }));
    return decideAtEnd(verdict, { headroom: [], queue: [] }, true).decision;
  };
  // Of 1,250 where 12.5 may be: 80 % intervals from 4.9 to 12.9, 10.6 to 21.6 and 15.6 to 28.4 (Clopper-Pearson).
  assert.deepEqual([5, 8, 15, 22].map(many), ['holds', 'undecided', 'undecided', 'breaks']);
});
