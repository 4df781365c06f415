import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findRun, type StoredRun, storedRuns } from '../../gate/runs/folder/stored-runs.ts';

let folder: string;
let results: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-stored-'));
  results = join(folder, 'results');
  for (const day of [1, 2, 3, 4])
    await mkdir(join(results, 'chat', `2026-03-0${day}T10-00-00Z-standard`), { recursive: true });
  await mkdir(join(results, 'chat', '2026-03-04T10-00-00Z-standard-2'));
  await mkdir(join(results, 'auth', '2026-03-02T10-00-00Z-gate'), { recursive: true });
  await mkdir(join(results, 'chat', 'notes of mine'));
  await mkdir(join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), join(results, 'chat', '2020-01-01T00-00-00Z-link'));
});
after(() => rm(folder, { recursive: true }));

const names = (runs: { test: string; name: string }[]) => runs.map(({ test: of, name }) => `${of}/${name}`);

async function runOf(wanted: string): Promise<StoredRun> {
  const found = await findRun(results, wanted);
  assert.ok(found.ok);
  return found.run;
}

test('runs are listed newest first; what is not named like a run, or a link, is none', async () => {
  assert.deepEqual(names(await storedRuns(results)), [
    'chat/2026-03-04T10-00-00Z-standard-2',
    'chat/2026-03-04T10-00-00Z-standard',
    'chat/2026-03-03T10-00-00Z-standard',
    'chat/2026-03-02T10-00-00Z-standard',
    'auth/2026-03-02T10-00-00Z-gate',
    'chat/2026-03-01T10-00-00Z-standard',
  ]);
});

describe('a run is found', () => {
  const WANTED: [how: string, wanted: string, found: string][] = [
    ['by its name', '2026-03-02T10-00-00Z-gate', 'auth/2026-03-02T10-00-00Z-gate'],
    ['by test and name', 'chat/2026-03-03T10-00-00Z-standard', 'chat/2026-03-03T10-00-00Z-standard'],
    ['as the newest of a test', 'chat', 'chat/2026-03-04T10-00-00Z-standard-2'],
  ];
  for (const [how, wanted, found] of WANTED) {
    test(how, async () => assert.deepEqual(names([await runOf(wanted)]), [found]));
  }

  test('by the path of its folder', async () => {
    const path = join(results, 'chat', '2026-03-01T10-00-00Z-standard');
    assert.equal((await runOf(path)).folder, path);
  });

  test('or one line says that it is not there', async () => {
    assert.deepEqual(await findRun(results, 'video'), {
      ok: false,
      problem: `there is no run "video" in ${results}; the newest is chat/2026-03-04T10-00-00Z-standard-2, and \`./launchgate results list\` has all.`,
    });
  });
});
