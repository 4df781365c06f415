import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { dependenciesOf } from './dependencies.ts';

const { licences, problems, bundled } = await dependenciesOf('.');

test('the lockfile has what package.json asks for, each with its checksum and from npm', () => {
  assert.deepEqual(problems, []);
});

test('no package may run a script when it is installed', async () => {
  assert.match(await readFile('.npmrc', 'utf8'), /^ignore-scripts=true$/m);
});

test('all that programs are made of may be passed on', () => {
  const free = new Set([
    'MIT',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'MIT OR Apache-2.0',
    '(MIT AND Zlib)',
  ]);
  assert.ok(bundled > 20);
  assert.deepEqual(
    [...licences.keys()].filter((licence) => !free.has(licence)),
    [],
  );
});
