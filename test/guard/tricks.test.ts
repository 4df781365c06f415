import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newWorld, TRICKS, type Trick, tryArchive, tryTrick, type World } from './tricks.ts';

/** One of each kind: all of them take minutes, and are a long test. */
const TRIED = [
  'BASE_URL=http://2130706433:<port>',
  'ROUTE_PREFIX=@0.0.0.0:<port>',
  'LAUNCHGATE_PRODUCTION=http://0.0.0.0:<port>, an address in place of a host',
  'HTTP_PROXY to a proxy that was not named, for a named host',
  'hosts in k6’s configuration file, localhost to 127.0.0.2',
  'sign-in redirects to another host (307), which would repeat the password',
  'upload addresses: first a named host, then one that begins as it does',
];

let world: World;
before(async () => {
  world = await newWorld();
});
after(() => world.close());

const byName = new Map(
  Object.values(TRICKS)
    .flat()
    .map((trick): [string, Trick] => [trick.name, trick]),
);

for (const name of TRIED) {
  test(`${name}: no byte reaches a host that was not named`, async () => {
    for (const tried of await tryTrick(byName.get(name)!, world)) assert.ok(tried.held, JSON.stringify(tried, null, 1));
  });
}

test('an archive is as careful on another machine, with another BASE_URL', async () => {
  for (const tried of await tryArchive(world)) assert.ok(tried.held, JSON.stringify(tried, null, 1));
});
