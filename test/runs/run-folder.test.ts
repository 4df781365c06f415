import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRunFolder, packSamples, readRunJson, resultsProblem } from '../../gate/runs/folder/run-folder.ts';
import { healthyRun, healthySummary } from '../judge/healthy-run.ts';

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

describe('a file that can’t be taken for what it should be says why:', () => {
  const FLAWS: [what: string, content: string, problem: string | RegExp][] = [
    ['cut off', '{"schema": 1,', 'is cut off or no JSON'],
    ['empty', '', 'is cut off or no JSON'],
    ['foreign', '[1,2,3]', "isn't launchgate's: it has no schema number"],
    ['of a newer launchgate', '{"schema": 99}', 'has schema 99, this launchgate reads up to 1: update launchgate'],
    ['of another shape', '{"schema": 1, "test": 5}', /^isn't launchgate's: test is /],
  ];
  const summary = healthySummary();
  FLAWS.push(
    [
      'without what the judge reads',
      JSON.stringify({ ...summary, thresholds: null }),
      /^isn't launchgate's: thresholds /,
    ],
    [
      'with more over the limit than seen',
      JSON.stringify({ ...summary, facts: [{ criterion: 'chat.p95', phase: 'normal', seen: 5, over: 6 }] }),
      "isn't launchgate's: facts.0 is more over the limit than seen",
    ],
  );
  for (const [what, content, problem] of FLAWS) {
    test(what, async () => {
      await writeFile(join(root, 'summary.json'), content);
      const read = await readRunJson(root, 'summary.json');
      if (read.ok) assert.fail('it was read');
      assert.equal(read.missing, false);
      if (typeof problem === 'string') assert.equal(read.problem, problem);
      else assert.match(read.problem, problem);
    });
  }

  test('of a generator whose end is not what the judge reads', async () => {
    const { k6, generator } = healthyRun();
    const written = async (share: object) => {
      await writeFile(
        join(root, 'run.json'),
        JSON.stringify(healthyRun({ shares: [{ name: 'generator-1', ...share }] })),
      );
      const read = await readRunJson(root, 'run.json');
      await rm(join(root, 'run.json'));
      return read.ok ? 'read' : read.problem;
    };
    assert.equal(await written({ k6, generator }), 'read');
    assert.equal(await written({}), 'read');
    assert.match(await written({ k6: { ...k6, exitCode: 'none' } }), /^isn't launchgate's: shares\.0\.k6\.exitCode /);
    assert.match(await written({ generator: {} }), /^isn't launchgate's: shares\.0\.generator\.cores /);
  });

  test('not there', async () => {
    assert.deepEqual(await readRunJson(root, 'run.json'), { ok: false, missing: true, problem: 'is missing' });
  });
});

test('Packed samples hold the same bytes, and the plain file is gone', async () => {
  const folder = join(root, 'packed');
  await mkdir(folder);
  await writeFile(join(folder, 'samples.csv'), 'a,b\n'.repeat(10_000));
  await packSamples(folder);
  assert.deepEqual(await readdir(folder), ['samples.csv.gz']);
  assert.equal(String(gunzipSync(await readFile(join(folder, 'samples.csv.gz')))), 'a,b\n'.repeat(10_000));
});
