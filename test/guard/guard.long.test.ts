import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overheard, sweep } from './sweep.ts';
import { newWorld, TRICKS, tryArchive, tryTrick } from './tricks.ts';

test('no trick leads a byte to a host that was not named', async (context) => {
  const world = await newWorld();
  context.after(() => world.close());
  for (const trick of Object.values(TRICKS).flat()) {
    for (const tried of await tryTrick(trick, world)) {
      assert.ok(tried.held, `${trick.name}: ${JSON.stringify(tried, null, 1)}`);
    }
  }
  for (const tried of await tryArchive(world)) assert.ok(tried.held, JSON.stringify(tried, null, 1));
});

test('after all commands no secret is found in anything that is left', async () => {
  const { sightings, environments } = await sweep(true);
  assert.deepEqual(sightings, []);
  assert.deepEqual(overheard(environments), []);
});
