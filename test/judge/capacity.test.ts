import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Capacity, limitsUsed, nextMove, type SearchPlan, type Step } from '../../gate/judge/capacity.ts';
import { shareInterval, showsLessThan } from '../../gate/judge/intervals.ts';
import { normal, seeded } from '../../gate/judge/random.ts';
import { type Decision, decideSoFar, isOverloaded } from '../../gate/judge/sequential.ts';
import { judge } from '../../gate/judge/verdict.ts';
import { evidenceOf } from './healthy-run.ts';

const PLAN: SearchPlan = { start: 10, most: 1_000, budgetMinutes: 30, stepMinutes: { short: 1.5, full: 3 } };
const short = (users: number, decision: Decision): Step => ({ users, decision, length: 'short', minutes: 1 });
const full = (users: number, decision: Decision): Step => ({ users, decision, length: 'full', minutes: 3 });
const measured = (steps: Step[], plan = PLAN) => {
  const move = nextMove(steps, plan);
  return move.kind === 'measure' ? `${move.users} ${move.length}` : move.kind;
};

test('counts decide at any moment, later than a single look would', () => {
  assert.equal(decideSoFar(0.05, 0, 125, 0.99), 'undecided');
  assert.equal(decideSoFar(0.05, 0, 126, 0.99), 'holds');
  assert.equal(decideSoFar(0.05, 10, 40, 0.99), 'breaks');
  assert.equal(decideSoFar(0.05, 5, 100, 0.99), 'undecided');
  assert.equal(decideSoFar(0.01, 0, 0, 0.99), 'undecided');
  assert.equal(decideSoFar(0.01, 90_000, 100_000, 0.99), 'breaks');
  assert.equal(decideSoFar(0.05, 0, 100_000, 0.99), 'holds');
});

test('asked after every sample, a share that is just allowed is decided wrongly in 1 of 100 at most', () => {
  const random = seeded(5);
  const wrong = { holds: 0, breaks: 0, undecided: 0 };
  let peeking = 0;
  for (let trial = 0; trial < 300; trial++) {
    let over = 0;
    let decision: Decision = 'undecided';
    let peeked = false;
    for (let seen = 1; seen <= 1_500; seen++) {
      if (random() < 0.05) over++;
      if (seen % 10 > 0) continue;
      if (decision === 'undecided') decision = decideSoFar(0.05, over, seen, 0.99);
      peeked ||= showsLessThan(0.05, over, seen, 0.99);
    }
    wrong[decision]++;
    if (peeked) peeking++;
  }
  // Each side alone may err in 1 %: 3 of 300, and 8 at most but for one seed in a hundred.
  assert.ok(wrong.holds <= 8 && wrong.breaks <= 8, JSON.stringify(wrong));
  assert.ok(peeking > 15, `the plain rule, asked as often, errs in ${peeking} of 300`);
});

test('latency and requests under way that both grow are overload, one alone or noise is not', () => {
  const random = seeded(4);
  const series = (inFlight: (second: number) => number, latencyMs: (second: number) => number) =>
    Array.from({ length: 60 }, (_, second) => ({
      inFlight: inFlight(second) * (1 + 0.1 * normal(random)),
      latencyMs: latencyMs(second) * (1 + 0.2 * normal(random)),
    }));
  assert.equal(
    isOverloaded(
      series(
        (second) => 20 + second,
        (second) => 1500 + 60 * second,
      ),
    ),
    true,
  );
  assert.equal(
    isOverloaded(
      series(
        () => 50,
        (second) => 1500 + 60 * second,
      ),
    ),
    false,
  );
  assert.equal(
    isOverloaded(
      series(
        (second) => 20 + second,
        () => 2500,
      ),
    ),
    false,
  );
  assert.equal(
    isOverloaded(
      series(
        (second) => 20 + second,
        (second) => 1500 + 60 * second,
      ).slice(0, 29),
    ),
    false,
  );
  const healthy = Array.from({ length: 200 }, () =>
    isOverloaded(
      series(
        () => 50,
        () => 2000,
      ),
    ),
  );
  assert.ok(healthy.every((overloaded) => !overloaded));
});

test('a search doubles until it breaks, then halves the gap in ratio', () => {
  assert.equal(measured([]), '10 short');
  assert.equal(measured([short(10, 'holds')]), '20 short');
  assert.equal(measured([short(10, 'holds'), short(20, 'holds'), short(40, 'breaks')]), '28 short');
  assert.equal(measured([short(10, 'breaks')]), '5 short');
  assert.equal(measured([short(640, 'holds')]), '1000 short');
});

test('around an undecided step it goes on on both sides', () => {
  const steps = [short(100, 'holds'), short(200, 'breaks'), short(141, 'undecided')];
  assert.equal(measured(steps), '119 short');
  assert.equal(measured([...steps, short(119, 'holds'), short(130, 'holds'), short(135, 'holds')]), '168 short');
});

test('both ends are measured at full length, the lower one first', () => {
  const steps = [short(100, 'holds'), short(104, 'breaks')];
  assert.equal(measured(steps), '100 full');
  assert.equal(measured([...steps, full(100, 'holds')]), '104 full');
  const move = nextMove([...steps, full(100, 'holds'), full(104, 'breaks')], PLAN);
  assert.deepEqual(move, {
    kind: 'answer',
    capacity: { low: 100, high: 104, sure: { low: true, high: true }, ended: 'done', minutes: 8 },
  });
});

test('a full step overrules the short ones, and the search goes on from there', () => {
  const steps = [short(50, 'holds'), short(100, 'holds'), short(104, 'breaks')];
  assert.equal(measured([...steps, full(100, 'breaks')]), '71 short');
  assert.equal(measured([...steps, full(100, 'holds'), full(104, 'holds')]), '208 short');
});

test('a target that carries as many as there are users has no upper end', () => {
  const move = nextMove([short(500, 'holds'), short(1000, 'holds'), full(1000, 'holds')], PLAN);
  assert.equal(move.kind === 'answer' && move.capacity.high, null);
});

test('a target that carries nobody has the lower end 0', () => {
  const move = nextMove([short(2, 'breaks'), short(1, 'breaks'), full(1, 'breaks')], PLAN);
  assert.deepEqual(move.kind === 'answer' && [move.capacity.low, move.capacity.high], [0, 1]);
});

test('when time runs short the ends are made sure of as they are, and the answer stays wide', () => {
  const hurried = { ...PLAN, budgetMinutes: 10 };
  const steps = [short(100, 'holds'), short(200, 'holds'), short(400, 'breaks')];
  assert.equal(measured(steps, hurried), '200 full');
  assert.equal(measured([...steps, full(200, 'holds')], hurried), '400 full');
  const move = nextMove([...steps, full(200, 'holds')], { ...hurried, budgetMinutes: 8 });
  assert.deepEqual(move.kind === 'answer' && move.capacity, {
    low: 200,
    high: 400,
    sure: { low: true, high: false },
    ended: 'budget',
    minutes: 6,
  });
});

test('the binding limit is the one of which most is used', () => {
  const used = limitsUsed(judge(evidenceOf()).criteria);
  assert.deepEqual(
    used.map(({ criterion }) => criterion),
    ['chat.throughput', 'chat.p99', 'chat.p95', 'chat.failures.normal'],
  );
  // 1 of 1,055 over, where 1 % may be.
  assert.ok(Math.abs(used[1]!.used - 1 / 1055 / 0.01) < 1e-12);
});

test('of a reading, its worst counts against its limit', () => {
  const signals = Array.from({ length: 40 }, (_, index) => {
    return {
      signal: 'db_connections_used_ratio',
      atMs: 15_000 + index * 5_000,
      value: index === 7 ? 0.6 : 0.1,
      ageMs: 0,
    };
  });
  const used = limitsUsed(judge({ ...evidenceOf(), signals }).criteria);
  assert.ok(Math.abs(used.find(({ criterion }) => criterion === 'chat.connections')!.used - 0.75) < 1e-12);
});

/** Minutes of ramp and recovery around each measurement. */
const AROUND = 0.5;

/** A target of known capacity: there 5 % are over the limit, and it gets worse with the twelfth power of the users. */
function searched(capacity: number, random: () => number): Capacity {
  const steps: Step[] = [];
  for (;;) {
    const move = nextMove(steps, PLAN);
    if (move.kind === 'answer') return move.capacity;
    const { users, length } = move;
    const share = Math.min(1, 0.05 * (users / capacity) ** 12);
    // Six times the usual pace: a message of each user in 3 s.
    const perSecond = users / 3;
    let [seen, over, seconds] = [0, 0, 0];
    let decision: Decision = 'undecided';
    while (seconds < 60 * (PLAN.stepMinutes[length] - AROUND) && (length === 'full' || decision === 'undecided')) {
      seconds += 5;
      const now = Math.round(perSecond * seconds) - seen;
      seen += now;
      for (let request = 0; request < now; request++) if (random() < share) over++;
      decision = decideSoFar(0.05, over, seen, 0.99);
    }
    if (length === 'full') decision = decided(over, seen);
    steps.push({ users, length, decision, minutes: AROUND + seconds / 60 });
  }
}

/** A full step has one look. */
function decided(over: number, seen: number): Decision {
  if (showsLessThan(0.05, over, seen, 0.99)) return 'holds';
  return shareInterval(over, seen, 0.99).low > 0.05 ? 'breaks' : 'undecided';
}

test('on targets of known capacity the interval holds it, the middle is within 5 %, and the budget is kept', () => {
  const random = seeded(8);
  const found = Array.from({ length: 40 }, () => {
    const capacity = Math.exp(Math.log(15) + random() * Math.log(900 / 15));
    return { capacity, answer: searched(capacity, random) };
  });
  const covered = found.filter(({ capacity, answer }) => answer.low <= capacity && capacity <= answer.high!);
  const errors = found.map(({ capacity, answer }) => Math.abs((answer.low + answer.high!) / 2 / capacity - 1));
  const meanError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  assert.ok(covered.length >= 39, `${covered.length} of 40 covered`);
  assert.ok(meanError <= 0.05, `mean error ${meanError}`);
  assert.ok(found.every(({ answer }) => answer.minutes <= PLAN.budgetMinutes));
});
