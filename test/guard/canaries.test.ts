import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { formsOf, Search } from './canaries.ts';
import { overheard, type Swept, sweep } from './sweep.ts';

let swept: Swept;
before(async () => {
  swept = await sweep(false);
});

test('a secret is found in each form in which it could be written down', () => {
  const canary = { name: 'key', value: 'c4nary.of/+"%7' };
  const session = Buffer.from(JSON.stringify({ refresh: canary.value, at: 1 }));
  const told = [
    `key=${canary.value}`,
    JSON.stringify({ key: canary.value }),
    `?key=${encodeURIComponent(canary.value)}`,
    session.toString('base64'),
    `sb=base64-${session.toString('base64url')}`,
    Buffer.from(`me:${canary.value}`).toString('base64'),
  ];
  for (const text of told) {
    const search = new Search([canary]);
    search.look('here', text);
    assert.ok(search.sightings.length > 0, text);
  }
  assert.ok(formsOf(canary).length >= 6);
});

test('no secret is in what commands print and write, nor in a command line', () => {
  assert.ok(
    swept.commands.length > 15 && swept.places > 30,
    `${swept.commands.length} commands, ${swept.places} places`,
  );
  assert.ok(swept.canaries.issued > 10, 'tokens and passwords were seen on their way');
  assert.ok(
    swept.commands.some(({ line, exitCode }) => line === 'launchgate run quick --profile smoke' && exitCode === 0),
  );
  assert.deepEqual(swept.sightings, []);
});

test('programs that launchgate starts know the secrets that they need, and no other', () => {
  for (const program of ['k6', 'platform.mjs']) assert.ok(swept.environments.has(program), program);
  assert.deepEqual(overheard(swept.environments), []);
});
