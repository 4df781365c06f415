import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EXIT, worstExit } from '../../gate/cli/exit-codes.ts';
import { alwaysHolds } from '../property.ts';

const codes = fc.array(fc.constantFrom(...Object.values(EXIT)), { minLength: 1 });

test('the worst exit code is one of those given, whatever their order and how they are taken together', () => {
  alwaysHolds(
    fc.property(codes, codes, (some, others) => {
      const all = [...some, ...others];
      assert.ok((all as number[]).includes(worstExit(all)));
      assert.equal(worstExit(all), worstExit(all.toReversed()));
      assert.equal(worstExit(all), worstExit([worstExit(some), worstExit(others)]));
      if (all.some((code) => code !== EXIT.pass)) assert.notEqual(worstExit(all), EXIT.pass);
    }),
    200,
  );
});

test('a code that nobody knows is never a pass', () => {
  alwaysHolds(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (any) => {
      assert.equal(
        worstExit(any) === EXIT.pass,
        any.every((code) => code === 0),
      );
    }),
  );
});
