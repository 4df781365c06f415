import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { comparedPlaces } from '../../gate/report/comparison-view.ts';
import { writeReports } from '../../gate/report/write.ts';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import { comparedRuns } from './compared-runs.ts';
import { HOSTILE } from './made-run.ts';

let root: string;
let folder: string;
let file: ComparisonFile;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-comparison-'));
  ({ folder, file } = await comparedRuns(join(root, 'results'), HOSTILE));
  await writeFile(join(folder, 'comparison.json'), JSON.stringify(file));
});
after(() => rm(root, { recursive: true }));

const read = (name: string) => readFile(join(folder, name), 'utf8');

test('the reports of a compared run show the comparison whenever they are rebuilt', async () => {
  const { comparisonPath, problems } = await writeReports(folder);
  assert.deepEqual(problems, []);
  assert.equal(comparisonPath, join(folder, 'comparison.html'));
  assert.match(await read('report.html'), /<a href="comparison\.html">Against the baseline<\/a>: regressed\./);
  assert.match(await read('summary.md'), /^#### ❌ Against the baseline: regressed\. Chat got worse in 2 of 3/m);
});

test('the page holds no tag that a target answered', async () => {
  await writeReports(folder);
  const page = await read('comparison.html');
  assert.ok(page.includes('&lt;script&gt;document.title='), 'the hostile revision is on the page');
  assert.equal(page.split('<script').length - 1, 2, 'only our own two script elements');
  assert.ok(!page.includes('<img'));
  assert.ok(page.length < 300_000, `${page.length} bytes`);
});

test('old and new distributions lie on the same bins, and each adds up to one', () => {
  const [place, ...more] = comparedPlaces(file);
  assert.deepEqual(more, []);
  assert.equal(`${place!.route} ${place!.phase}`, 'POST /api/chat normal');
  const { bins, old, new: fresh } = place!.distribution;
  for (const { runs, requests, shares } of [old, fresh]) {
    assert.deepEqual([runs, requests, shares.length], [5, 5_000, bins.length]);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 0.001);
  }
  // A quarter slower is two of twenty bins a decade: the longest request of either side says so.
  const last = (shares: number[]) => shares.findLastIndex((share) => share > 0);
  assert.equal(last(fresh.shares) - last(old.shares), 2);
});

test('runs without a timeline cost the page its distributions and nothing else', async () => {
  const bare = file.new.map((run) => ({
    ...run,
    figures: run.figures.map(({ headline, value, seen }) => ({ headline, value, seen })),
  }));
  await writeFile(join(folder, 'comparison.json'), JSON.stringify({ ...file, new: bare }));
  await writeReports(folder);
  const page = await read('comparison.html');
  assert.match(page, /No distributions: not all runs have a timeline\./);
  assert.match(page, /Chat got worse in 2 of 3 headline figures/);
});

test('a comparison that can’t be read is one line in the report of the run', async () => {
  await writeFile(join(folder, 'comparison.json'), '{"schema": 1}');
  const { comparisonPath, problems } = await writeReports(folder);
  assert.equal(comparisonPath, null);
  assert.match(problems.join(), /^comparison\.json isn't launchgate's: test is /);
});
