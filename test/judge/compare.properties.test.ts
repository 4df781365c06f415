import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compare, type Side } from '../../gate/judge/compare.ts';
import { HEADLINES } from '../../src/thresholds.ts';
import { TEST_NAMES } from '../../src/workloads.ts';
import { alwaysHolds } from '../property.ts';
import { sideOf } from './runs-of.ts';

/** Headline figures of some runs: near each other, anything, missing, or nothing at all. */
const side = (test: string): fc.Arbitrary<Side> => {
  const headlines = HEADLINES.filter((headline) => headline.test === test);
  return fc.integer({ min: 1, max: 6 }).chain((runs) => {
    const near = fc.double({ min: 0.9, max: 1.1, noNaN: true });
    const values = headlines.map(({ stat }) => {
      const usual = stat === 'failures' ? 0.004 : 500;
      const value = fc.oneof(
        { weight: 8, arbitrary: near.map((factor) => usual * factor) },
        { weight: 1, arbitrary: fc.constantFrom(0, null, 1e-9, 1) },
      );
      return fc.array(value, { minLength: runs, maxLength: runs });
    });
    return fc
      .tuple(fc.tuple(...values), fc.constantFrom(1, 1_000))
      .map(([figures, seen]) => sideOf(Object.fromEntries(headlines.map(({ id }, at) => [id, figures[at]!])), seen));
  });
};
const sides = fc
  .constantFrom(...TEST_NAMES.filter((name) => HEADLINES.some((headline) => headline.test === name)))
  .chain((test) => fc.record({ test: fc.constant(test), old: side(test), now: side(test) }));

test('runs held against themselves neither regress nor improve', () => {
  alwaysHolds(
    fc.property(sides, ({ test, old }) => {
      const compared = compare(test, old, old);
      if ('refused' in compared) return;
      assert.ok(['equivalent', 'inconclusive'].includes(compared.verdict), compared.verdict);
      for (const { verdict } of compared.changes) assert.ok(['equivalent', 'inconclusive'].includes(verdict));
    }),
    40,
  );
});

test('any two sets of runs are compared, or refused in a sentence; figures are numbers, and the worst change is the verdict', () => {
  alwaysHolds(
    fc.property(sides, ({ test, old, now }) => {
      const compared = compare(test, old, now);
      if ('refused' in compared) return assert.match(compared.refused, /\.$/);
      const { verdict, changes, missing } = compared;
      for (const { change, interval, detectable, detectableAlone } of changes) {
        assert.ok(interval.low <= change && change <= interval.high, `${interval.low} ${change} ${interval.high}`);
        assert.ok(
          [change, detectable, detectableAlone].every(Number.isFinite),
          `${change} ${detectable} ${detectableAlone}`,
        );
      }
      const verdicts = changes.map((each) => each.verdict);
      const worst = ['regressed', 'inconclusive', 'improved', 'equivalent'].find((each) =>
        verdicts.includes(each as never),
      );
      assert.equal(verdict, worst ?? 'inconclusive');
      assert.ok(changes.length + missing.length > 0 || verdict === 'inconclusive');
    }),
    40,
  );
});
