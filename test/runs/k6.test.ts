import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findK6 } from '../../gate/runs/k6/k6.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-k6-'));
});
after(() => rm(root, { recursive: true }));

/** A stand-in that says a version as k6 does. */
async function fakeK6(folder: string, version: string): Promise<string> {
  const path = join(root, folder, 'k6');
  await mkdir(join(root, folder), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho 'k6 v${version} (commit/0e3fb953be, go1.24.4, linux/amd64)'\n`, {
    mode: 0o755,
  });
  return path;
}

test('LAUNCHGATE_K6 goes before everything', async () => {
  const named = await fakeK6('a/named', '2.0.1');
  const path = await fakeK6('a/bin', '1.3.0');
  assert.deepEqual(await findK6({ root: join(root, 'a'), named, path: join(path, '..') }), {
    ok: true,
    k6: { path: named, version: '2.0.1', foundBy: 'LAUNCHGATE_K6' },
  });
});

test('PATH goes before the tool folder', async () => {
  await fakeK6('b/.tools', '1.1.0');
  const path = await fakeK6('b/bin', '2.2.7');
  const found = await findK6({ root: join(root, 'b'), named: '', path: `/nowhere:${join(path, '..')}` });
  assert.deepEqual(found, { ok: true, k6: { path, version: '2.2.7', foundBy: 'PATH' } });
});

for (const version of ['1.0.0', '0.57.0', '2.3.0', '3.0.0']) {
  test(`k6 ${version} on PATH is out of range and passed over for the tool folder`, async () => {
    const own = await fakeK6(`c${version}/.tools`, '1.1.0');
    const path = await fakeK6(`c${version}/bin`, version);
    const found = await findK6({ root: join(root, `c${version}`), named: '', path: join(path, '..') });
    assert.deepEqual(found, { ok: true, k6: { path: own, version: '1.1.0', foundBy: 'the tool folder' } });
  });
}

test('No k6 in range is one line with what was seen and what to do', async () => {
  const path = await fakeK6('d/bin', '0.49.0');
  assert.deepEqual(await findK6({ root: join(root, 'd'), named: '', path: join(path, '..') }), {
    ok: false,
    problem: `no k6 1.1 through 2.2 was found (${path} is 0.49.0); run \`./launchgate k6 --install\`.`,
  });
});

test('A named k6 that is too old, or no k6, is one line and never passed over', async () => {
  await fakeK6('e/.tools', '1.1.0');
  const old = await fakeK6('e/old', '1.0.0');
  assert.deepEqual(await findK6({ root: join(root, 'e'), named: old, path: '' }), {
    ok: false,
    problem: `LAUNCHGATE_K6: ${old} is k6 1.0.0; launchgate needs 1.1 through 2.2.`,
  });
  assert.deepEqual(await findK6({ root: join(root, 'e'), named: '/nowhere/k6', path: '' }), {
    ok: false,
    problem: 'LAUNCHGATE_K6: /nowhere/k6 is no k6 that runs here.',
  });
});
