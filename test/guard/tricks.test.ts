import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import { newWorld, TRICKS, type Trick, tryArchive, tryTrick, type World } from './tricks.ts';

/** One of each kind: all of them take minutes, and are a long test. */
const TRIED = [
  'BASE_URL=http://LOCALHOST:<port>',
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

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

/** 127.0.0.2 and [::1] are loopback: nothing keeps a run from the strangers there. */
for (const [host, at] of [
  ['127.0.0.2', ({ neighbour }: World) => neighbour.port],
  ['[::1]', ({ anywhere }: World) => anywhere.port],
] as const) {
  const skip = host === '[::1]' && !hasIPv6 && 'this machine has no IPv6';
  test(`a visit to a stranger at ${host} is seen, and no trick holds then`, { skip }, async () => {
    const env = (here: World) => ({ BASE_URL: `http://${host}:${at(here)}` });
    for (const wanted of ['refused', 'kept'] as const) {
      const [tried] = await tryTrick({ name: 'led astray', wanted, only: 'gate', env }, world);
      assert.ok(tried!.strangers > 0, JSON.stringify(tried));
      assert.equal(tried!.held, false);
    }
  });
}

test('an archive is as careful on another machine, with another BASE_URL', async () => {
  for (const tried of await tryArchive(world)) assert.ok(tried.held, JSON.stringify(tried, null, 1));
});
