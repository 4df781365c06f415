import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formsOf, Search } from './canaries.ts';
import { overheard, type Swept, sweep } from './sweep.ts';

let swept: Swept;
before(async () => {
  swept = await sweep(false);
});

test('a secret is found in each form in which it could be written down', () => {
  const canary = { name: 'key', value: 'c4nary.of.all/+"%7' };
  const session = Buffer.from(JSON.stringify({ refresh: canary.value, at: 1 }));
  const told = [
    `key=${canary.value}`,
    JSON.stringify({ key: canary.value }),
    `?key=${encodeURIComponent(canary.value)}`,
    `<td>${canary.value.replace('"', '&quot;')}</td>`,
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

test('a secret that was put there is found in every file, packed ones too, and said with its place', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-canaries-'));
  context.after(() => rm(folder, { recursive: true }));
  const canary = { name: 'key', value: 'c4nary.of.all/+"%7' };
  await mkdir(join(folder, 'results', 'chat'), { recursive: true });
  await writeFile(join(folder, 'results/chat/run.json'), JSON.stringify({ key: canary.value }));
  await writeFile(join(folder, 'results/chat/samples.csv.gz'), gzipSync(`a,${canary.value}\n`));
  await writeFile(join(folder, 'spared'), canary.value);
  await writeFile(join(folder, 'clean'), 'nothing');
  const search = new Search([], [canary]);
  await search.lookThrough(folder, (path) => path === 'spared');
  const places = new Set(search.sightings.map(({ place }) => place));
  assert.deepEqual([...places].sort(), ['results/chat/run.json', 'results/chat/samples.csv.gz']);
  assert.equal(search.places, 3);
});

test('a program that knows more than it needs is overheard', () => {
  const environments = new Map([
    ['k6', new Set(['EXTRA_HEADERS', 'DATABASE_URL'])],
    ['git', new Set(['REDIS_URL'])],
    ['npm', new Set<string>()],
  ]);
  assert.deepEqual(overheard(environments), ['k6 knows DATABASE_URL', 'git knows REDIS_URL']);
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
