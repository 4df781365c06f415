import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRunFolder, packSamples, readRunJson, resultsProblem } from '../../gate/runs/run-folder.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-folder-'));
});
after(() => rm(root, { recursive: true }));

test('Two runs of the same second get two folders', async () => {
  assert.equal(await resultsProblem(root, 'chat'), undefined);
  const at = new Date('2026-03-01T10:20:30.999Z');
  const made = [await createRunFolder(root, 'chat', 'smoke', at), await createRunFolder(root, 'chat', 'smoke', at)];
  assert.deepEqual(made, [
    join(root, 'results/chat/2026-03-01T10-20-30Z-smoke'),
    join(root, 'results/chat/2026-03-01T10-20-30Z-smoke-2'),
  ]);
});

test('Results that can’t be written are one line', async () => {
  await writeFile(join(root, 'blocked'), '');
  assert.match(
    (await resultsProblem(join(root, 'blocked'), 'chat'))!,
    /^results can't be written to .*blocked\/results\/chat \(ENOTDIR\); make it writable\.$/,
  );
});

test('A file that is not there is null; a damaged or newer one is an error in one line', async () => {
  assert.equal(await readRunJson(root, 'summary.json'), null);
  await writeFile(join(root, 'summary.json'), '{"schema": 1,');
  await assert.rejects(readRunJson(root, 'summary.json'), /summary\.json is no whole JSON file\.$/);
  await writeFile(join(root, 'summary.json'), '{"schema": 99}');
  await assert.rejects(readRunJson(root, 'summary.json'), /has schema 99; this launchgate reads up to \d+\.$/);
});

test('Packed samples hold the same bytes, and the plain file is gone', async () => {
  const folder = join(root, 'packed');
  await mkdir(folder);
  await writeFile(join(folder, 'samples.csv'), 'a,b\n'.repeat(10_000));
  await packSamples(folder);
  assert.deepEqual(await readdir(folder), ['samples.csv.gz']);
  assert.equal(String(gunzipSync(await readFile(join(folder, 'samples.csv.gz')))), 'a,b\n'.repeat(10_000));
});
