import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { readCachedData, writeCachedData } from '../../platform/db/cached-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'launchgate-'));
after(() => rmSync(folder, { recursive: true }));

/** A database whose directory is this text. */
const database = (text: string) => ({ dumpDataDir: async () => new Blob([text]) }) as unknown as PGlite;

test('what was kept is read back, by its key', async () => {
  await writeCachedData(folder, 'key', database('a directory'));
  assert.equal(await readCachedData(folder, 'key')?.text(), 'a directory');
  assert.equal(readCachedData(folder, 'another'), undefined);
});

test('a file that lost its end, or a byte, is not read', async () => {
  await writeCachedData(folder, 'short', database('a directory'));
  truncateSync(join(folder, 'short.tar'), 25);
  assert.equal(readCachedData(folder, 'short'), undefined);
  writeFileSync(join(folder, 'short.tar'), '');
  assert.equal(readCachedData(folder, 'short'), undefined);
});

test('a folder that cannot be written is no error', async () => {
  const taken = join(folder, 'a-file');
  writeFileSync(taken, '');
  await writeCachedData(taken, 'key', database('a directory'));
  assert.equal(readCachedData(taken, 'key'), undefined);
});

test('only the last three are kept, and nothing unfinished', async () => {
  for (const key of ['one', 'two', 'three', 'four']) await writeCachedData(folder, key, database(key));
  const files = readdirSync(folder).filter((name) => name !== 'a-file');
  assert.equal(files.length, 3);
  assert.ok(files.includes('four.tar') && files.every((name) => name.endsWith('.tar')));
});
