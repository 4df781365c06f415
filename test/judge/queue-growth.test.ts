import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueCourse } from '../../gate/judge/queue-growth.ts';
import { normal, seeded } from '../../gate/judge/random.ts';

/** Readings of a queue to which `gains` come in between two looks, with chance on top; it is never shorter than nothing. */
function queue(gains: number, { readings = 37, chance = 1, seed = 1 } = {}): number[] {
  const random = seeded(seed);
  let waiting = 0;
  return Array.from({ length: readings }, () => {
    waiting = Math.max(0, Math.round(waiting + gains + chance * normal(random)));
    return waiting;
  });
}

test('a queue that empties again and again is kept up with, however long it was in between', () => {
  assert.equal(queueCourse([0, 3, 7, 9, 4, 1, 0, 5, 8, 0, 2]), 'kept up');
  assert.equal(queueCourse(queue(-0.5)), 'kept up');
});

test('a queue to which little more comes in than goes out grows, long before it is long', () => {
  const slowly = queue(0.6);
  assert.equal(queueCourse(slowly), 'grows');
  assert.ok(slowly.at(-1)! < 50);
});

test('growth that may be chance is only longer, and a few readings say nothing', () => {
  assert.equal(queueCourse([0, 6, 1, 5, 2, 9, 3, 8, 4, 11, 5, 12]), 'longer');
  assert.equal(queueCourse([4, 5, 4, 6, 4, 5, 4, 5, 5, 4, 5, 4]), 'unknown');
  assert.equal(queueCourse([0, 2, 4, 6, 8, 10]), 'unknown');
});

test('asked after every reading, a queue that is just kept up with grows in few of 200 steps', () => {
  const wrong = Array.from({ length: 200 }, (_, seed) => queue(-0.1, { seed })).filter((readings) =>
    readings.some((_, index) => queueCourse(readings.slice(0, index)) === 'grows'),
  );
  assert.ok(wrong.length <= 20, `${wrong.length}`);
});
