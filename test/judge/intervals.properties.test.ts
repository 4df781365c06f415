import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  binomialAtLeast,
  binomialAtMost,
  samplesNeeded,
  samplesToSettle,
  shareInterval,
  showsLessThan,
} from '../../gate/judge/intervals.ts';
import { alwaysHolds } from '../property.ts';

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const confidence = fc.constantFrom(0.9, 0.95, 0.99, 0.999);
const counts = (most: number) =>
  fc.nat(most - 1).chain((less) => fc.record({ seen: fc.constant(less + 1), over: fc.nat(less + 1) }));
/** Real runs have up to some hundred thousand samples of a criterion. */
const anyCounts = fc.oneof(counts(30), counts(2_000), counts(500_000));

/** Of n, at most k: the sum of the textbook's products, in whole numbers, for a share of so many thousandths. */
function textbook(k: number, n: number, thousandths: number): number {
  let [ways, sum] = [1n, 0n];
  const [p, q] = [BigInt(thousandths), BigInt(1_000 - thousandths)];
  for (let each = 0; each <= k; each++) {
    sum += ways * p ** BigInt(each) * q ** BigInt(n - each);
    ways = (ways * BigInt(n - each)) / BigInt(each + 1);
  }
  return Number((sum * 10n ** 15n) / 1_000n ** BigInt(n)) / 1e15;
}

test('the tails of the binomial are those of the textbook, added up in whole numbers', () => {
  alwaysHolds(
    fc.property(counts(120), fc.integer({ min: 1, max: 999 }), ({ over, seen }, thousandths) => {
      const expected = textbook(over, seen, thousandths);
      assert.ok(Math.abs(binomialAtMost(over, seen, thousandths / 1_000) - expected) < 1e-12);
      assert.ok(Math.abs(binomialAtLeast(over + 1, seen, thousandths / 1_000) - (1 - expected)) < 1e-12);
    }),
    200,
  );
});

test('a percentile is shown exactly where that sum is small enough', () => {
  alwaysHolds(
    fc.property(fc.constantFrom(10, 50), fc.nat(8), fc.integer({ min: 1, max: 900 }), (thousandths, over, seen) => {
      const chance = textbook(Math.min(over, seen), seen, thousandths);
      if (Math.abs(chance - 0.01) < 1e-12) return;
      assert.equal(showsLessThan(thousandths / 1_000, Math.min(over, seen), seen, 0.99), chance <= 0.01);
    }),
    200,
  );
});

test('an interval holds the share that was seen, lies in 0 to 1, and is wider for more confidence', () => {
  alwaysHolds(
    fc.property(anyCounts, ({ over, seen }) => {
      const [sure, surer] = [shareInterval(over, seen, 0.95), shareInterval(over, seen, 0.99)];
      assert.ok(0 <= surer.low && surer.low <= sure.low && sure.high <= surer.high && surer.high <= 1);
      assert.ok(sure.low <= over / seen && over / seen <= sure.high);
    }),
    200,
  );
});

test('an interval shrinks when the same share is seen of more', () => {
  alwaysHolds(
    fc.property(counts(2_000), fc.integer({ min: 2, max: 50 }), confidence, ({ over, seen }, times, sure) => {
      const width = ({ low, high }: { low: number; high: number }) => high - low;
      assert.ok(width(shareInterval(over * times, seen * times, sure)) < width(shareInterval(over, seen, sure)));
    }),
    200,
  );
});

test('a share is shown to be less than the allowed one exactly where its interval ends below that', () => {
  alwaysHolds(
    fc.property(anyCounts, share, confidence, ({ over, seen }, allowed, sure) => {
      const { high } = shareInterval(over, seen, sure);
      if (Math.abs(high - allowed) < 1e-9) return;
      assert.equal(showsLessThan(allowed, over, seen, sure), high < allowed);
    }),
    200,
  );
});

test('more over the limit never shows less, more within it never shows more', () => {
  alwaysHolds(
    fc.property(anyCounts, fc.nat(1_000), fc.nat(1_000), share, ({ over, seen }, worse, better, allowed) => {
      const shows = (more: number, of: number) => showsLessThan(allowed, more, of, 0.99);
      if (shows(Math.min(seen, over + worse), seen)) assert.ok(shows(over, seen));
      if (shows(over, seen)) assert.ok(shows(over, seen + better));
    }),
    200,
  );
});

test('the samples needed are enough, and one less is not; about those that settle it, too', () => {
  const allowed = fc.double({ min: 0.005, max: 0.3, noNaN: true });
  alwaysHolds(
    fc.property(allowed, fc.nat(20), confidence, (limit, over, sure) => {
      const needed = samplesNeeded(limit, over, sure);
      assert.ok(showsLessThan(limit, over, needed, sure));
      assert.ok(!showsLessThan(limit, over, needed - 1, sure));
    }),
  );
  alwaysHolds(
    fc.property(allowed, fc.double({ min: 0, max: 0.9, noNaN: true }), (limit, part) => {
      const settle = samplesToSettle(limit, part * limit, 0.99);
      // It is told to two digits, and the share of whole samples jumps by one: half as many again is surely enough.
      if (settle !== null) assert.ok(showsLessThan(limit, Math.round(part * limit * settle * 1.5), settle * 1.5, 0.99));
    }),
    30,
  );
});
