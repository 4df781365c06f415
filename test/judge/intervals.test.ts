import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  binomialAtLeast,
  binomialAtMost,
  samplesNeeded,
  shareInterval,
  showsLessThan,
} from '../../gate/judge/intervals.ts';

function near(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual} is not near ${expected}`);
}

/** Fewest samples for so many violations, MLPerf's early stopping rule (REFERENCE.md section 2). */
const PUBLISHED = [
  { allowed: 0.05, confidence: 0.99, needed: { 0: 90, 1: 130, 5: 259, 10: 398, 20: 656, 50: 1372 } },
  { allowed: 0.05, confidence: 0.95, needed: { 0: 59, 1: 93, 5: 208, 10: 336, 20: 577, 50: 1260 } },
  { allowed: 0.01, confidence: 0.99, needed: { 0: 459, 1: 662, 5: 1307, 10: 2010, 20: 3304, 50: 6898 } },
  { allowed: 0.01, confidence: 0.95, needed: { 0: 299, 1: 473, 5: 1049, 10: 1693, 20: 2902, 50: 6323 } },
];

for (const { allowed, confidence, needed } of PUBLISHED) {
  test(`the samples needed for at most ${allowed} over at confidence ${confidence} are the published ones`, () => {
    const actual = Object.keys(needed).map((over) => [over, samplesNeeded(allowed, Number(over), confidence)]);
    assert.deepEqual(Object.fromEntries(actual), needed);
  });
}

test('one sample less than needed does not show it', () => {
  assert.equal(showsLessThan(0.05, 5, 259, 0.99), true);
  assert.equal(showsLessThan(0.05, 5, 258, 0.99), false);
});

test('no samples show nothing', () => {
  assert.equal(showsLessThan(0.05, 0, 0, 0.99), false);
  assert.deepEqual(shareInterval(0, 0, 0.99), { low: 0, high: 1 });
});

test('both tails are sums of the exact probabilities', () => {
  // Bin(4, 1/2): 1, 4, 6, 4, 1 sixteenths.
  near(binomialAtMost(1, 4, 0.5), 5 / 16, 1e-14);
  near(binomialAtLeast(3, 4, 0.5), 5 / 16, 1e-14);
  near(binomialAtMost(3, 4, 0.5), 15 / 16, 1e-14);
  // Bin(10, 1/5), from tables: P(X <= 2) = 0.6777995264.
  near(binomialAtMost(2, 10, 0.2), 0.6777995264, 1e-12);
});

test('the bounds of the textbook example 2 of 20 are those of its closed form and of tables', () => {
  // Two-sided 95 % Clopper–Pearson of 2/20 is 1.23 % to 31.70 %; each side alone holds with 97.5 %.
  const { low, high } = shareInterval(2, 20, 0.975);
  near(low, 0.0123485, 1e-4);
  near(high, 0.3169827, 1e-4);
});

test('none over has the closed-form upper bound 1 - (1 - confidence)^(1/n)', () => {
  near(shareInterval(0, 459, 0.99).high, 1 - 0.01 ** (1 / 459), 1e-10);
  assert.equal(shareInterval(0, 459, 0.99).low, 0);
  near(shareInterval(7, 7, 0.99).low, 0.01 ** (1 / 7), 1e-10);
  assert.equal(shareInterval(7, 7, 0.99).high, 1);
});

test('ten million samples keep their digits', () => {
  // Computed with 60 digits (Stirling's series in decimal arithmetic).
  near(binomialAtMost(99_268, 1e7, 0.01), 0.0099785292053974, 1e-10);
  near(binomialAtMost(99_999, 1e7, 0.01), 0.499573132976446, 1e-10);
  near(binomialAtMost(97_000, 1e7, 0.01), 4.83856097393115e-22, 1e-10);
  near(binomialAtLeast(100_000, 1e7, 0.01), 1 - 0.499573132976446, 1e-10);
});

test('a bound is where its tail has the rest of the confidence', () => {
  for (const [over, seen] of [
    [1, 30],
    [17, 400],
    [950, 1000],
  ] as const) {
    const { low, high } = shareInterval(over, seen, 0.99);
    near(binomialAtMost(over, seen, high), 0.01, 1e-9);
    near(binomialAtLeast(over, seen, low), 0.01, 1e-9);
  }
});
