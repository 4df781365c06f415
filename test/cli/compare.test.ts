import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BaselineFile } from '../../src/wire/baseline-file.ts';
import type { ComparisonFile } from '../../src/wire/comparison-file.ts';
import { healthyRun } from '../judge/healthy-run.ts';
import { storeRun, storeRuns } from '../runs/store-run.ts';

const PROGRAM = 'dist/node/launchgate.mjs';
/** p95 of five runs around 2.7 s, in ms, that spread by 2 %. */
const FIVE = [2_632, 2_660, 2_700, 2_740, 2_769];
const slower = (factor: number) => FIVE.map((p95) => p95 * factor);

let root: string;
let results: string;
let baselines: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'launchgate-compare-'));
  results = join(root, 'results');
  baselines = join(root, 'baselines');
  await storeRuns(results, '2026-03-01', FIVE);
});
after(() => rm(root, { recursive: true }));

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function launchgate(args: string[], folders = ['--results', results, '--baselines', baselines]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [PROGRAM, ...args, ...folders], (_, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const saved = async () => JSON.parse(await readFile(join(baselines, 'chat.json'), 'utf8')) as BaselineFile;

test('without a baseline, compare says how to make one', async () => {
  const { exitCode, stderr } = await launchgate(['compare', 'chat']);
  assert.equal(exitCode, 2);
  assert.match(stderr, /^launchgate: .*chat\.json is missing; `\.\/launchgate baseline save chat` makes it\.\n$/);
});

test('baseline save keeps the newest five runs in a small file, a line a figure', async () => {
  const { exitCode, stdout, stderr } = await launchgate(['baseline', 'save', 'chat']);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^chat: 5 runs of gate, embedded recommended, 100 users, k6 2\.2\.0; holds normal 190 s\n/);
  assert.match(stdout, /^mean +1\.35 s +2\.7 s +0\.0667 %\nspread +± 2\.\d+ % +± 2\.\d+ %/m);
  const text = await readFile(join(baselines, 'chat.json'), 'utf8');
  assert.ok(text.length < 20_000, `${text.length} bytes`);
  assert.ok(text.split('\n').length < 120, `${text.split('\n').length} lines`);
  const { runs, configuration, windows } = await saved();
  assert.equal(runs.length, 5);
  assert.deepEqual(configuration, healthyRun().configuration);
  assert.equal(windows[0]!.toMs, 205_000);
  const [p50, p95] = runs[0]!.figures;
  assert.equal(
    p50!.distribution!.reduce((sum, [, samples]) => sum + samples, 0),
    1_000,
  );
  assert.equal(p95!.distribution, undefined, 'one of a route and phase is enough');
});

test('baseline show says what the baselines hold', async () => {
  const { exitCode, stdout } = await launchgate(['baseline', 'show'], ['--baselines', baselines]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^2026-03-01 10:04:00 +a1 +1\.38 s +2\.77 s /m);
});

test('baseline selfcheck says what comparisons on this target are worth', async () => {
  const { exitCode, stdout } = await launchgate(['baseline', 'selfcheck', 'chat']);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^ +spread +seen by 5 v 5 +seen by 5 v 1\n/m);
  assert.match(stdout, /^chat\.p95\.normal +± 2\.\d+ % +\+[\d.]+ % +\+[\d.]+ %$/m);
  assert.match(stdout, /^False alarms of 5 v 5: \d+ of 500 comparisons of runs simulated from these, .*, [\d.]+ % \(/m);
});

describe('compare', () => {
  test('of a slower version says regressed, exits 6, and leaves a page, lines and JSON', async () => {
    const names = await storeRuns(results, '2026-03-02', slower(1.25), { revision: 'b2' });
    const { exitCode, stdout } = await launchgate(['compare', 'chat']);
    assert.equal(exitCode, 6, stdout);
    assert.match(
      stdout,
      /^chat: 5 runs of revision b2, 2026-03-02 10:00 to 2026-03-02 10:04 against 5 runs of revision a1/,
    );
    assert.match(
      stdout,
      /^chat\.p95\.normal +2\.7 s ± 2\.\d+ % +3\.37 s ± 2\.\d+ % +\+25 % \(.*\) +5\+5 +regressed +\+/m,
    );
    assert.match(stdout, /^chat: REGRESSED\. Chat got worse in 2 of 3 headline figures\.$/m);
    const newest = join(results, 'chat', names.at(-1)!);
    const stored = JSON.parse(await readFile(join(newest, 'comparison.json'), 'utf8')) as ComparisonFile;
    assert.equal(stored.verdict, 'regressed');
    assert.match(await readFile(join(newest, 'comparison.html'), 'utf8'), /<h1 id="verdict">Chat got worse in 2 of 3/);
    assert.match(
      await readFile(join(newest, 'summary.md'), 'utf8'),
      /^\| ❌ regressed \| chat\.p95\.normal \| 2\.7 s ± /m,
    );
  });

  test('of an equal version says equivalent and exits 0', async () => {
    await storeRuns(results, '2026-03-03', slower(1.01), { revision: 'c3' });
    const { exitCode, stdout } = await launchgate(['compare', 'chat']);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^chat: EQUIVALENT\. Chat is as it was/m);
  });

  test('of a faster version says improved, exits 0 and proposes a new baseline', async () => {
    await storeRuns(results, '2026-03-04', slower(0.7), { revision: 'd4' });
    const { exitCode, stdout } = await launchgate(['compare', 'chat']);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^chat: IMPROVED\./m);
    assert.match(stdout, /^Next: `\.\/launchgate baseline save chat`/m);
  });

  test('of a single run that might be slower says inconclusive, exits 5, and how blind it is', async () => {
    const name = await storeRun(results, {
      startedAt: '2026-03-05T10:00:00.000Z',
      p95: 2_850,
      revision: 'e5\u001b\u202e',
    });
    const { exitCode, stdout } = await launchgate(['compare', 'chat', name]);
    assert.equal(exitCode, 5, stdout);
    assert.match(stdout, /^chat: 1 run of revision e5\\u001b\\u202e, /, 'what turns the line is spelt out');
    assert.match(stdout, /^One new run is half blind: it surely sees a latency that got worse only from \+[\d.]+ %/m);
  });

  test('takes a wider margin, and prints JSON without pictures', async () => {
    const { exitCode, stdout } = await launchgate(['compare', 'chat', '--margin', '30', '--json']);
    assert.equal(exitCode, 0, stdout);
    const comparison = JSON.parse(stdout) as ComparisonFile;
    assert.equal(comparison.verdict, 'equivalent');
    assert.equal(comparison.newRuns, 1);
    assert.doesNotMatch(stdout, /distribution/);
  });

  test('refuses a smoke run as evidence', async () => {
    const name = await storeRun(results, { startedAt: '2026-03-06T10:00:00.000Z', run: { profile: 'smoke' } });
    for (const args of [
      ['compare', 'chat'],
      ['compare', 'chat', name],
      ['baseline', 'save', 'chat', name],
    ]) {
      const { exitCode, stderr } = await launchgate(args);
      assert.equal(exitCode, 2);
      assert.match(
        stderr,
        /^launchgate: 2026-03-06T10-00-00Z-smoke can't be evidence: smoke proves nothing about load/,
      );
    }
  });

  test('refuses runs of another configuration, with the difference named', async () => {
    const configuration = { ...healthyRun().configuration, users: 60, setup: 'free' };
    const name = await storeRun(results, { startedAt: '2026-03-07T10:00:00.000Z', run: { configuration } });
    const { exitCode, stderr } = await launchgate(['compare', 'chat', name]);
    assert.equal(exitCode, 2);
    assert.equal(
      stderr,
      "launchgate: The runs can't be compared: setup recommended in the baseline, free now; users 100 in the baseline, 60 now.\n",
    );
  });

  test('refuses a margin that is none, and a test that is none', async () => {
    assert.equal((await launchgate(['compare', 'chat', '--margin', '0'])).exitCode, 2);
    const { exitCode, stderr } = await launchgate(['compare', 'chatt']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^launchgate: there is no test "chatt"; there are .*chat/);
  });

  test('refuses a test that has no headline figures', async () => {
    for (const args of [
      ['compare', 'rate-limits'],
      ['baseline', 'save', 'rate-limits'],
    ]) {
      const { exitCode, stderr } = await launchgate(args);
      assert.equal(exitCode, 2);
      assert.equal(stderr, "launchgate: rate-limits has no headline figures, so its runs can't be compared.\n");
    }
  });
});

describe('a baseline that can’t be used is one line:', () => {
  const FLAWS: [what: string, content: () => Promise<string>, line: RegExp][] = [
    ['cut off', async () => '{"schema": 1, "runs": [', /chat\.json is cut off or no JSON\.$/m],
    ['of a newer launchgate', async () => '{"schema": 9}', /chat\.json has schema 9, .* update launchgate\.$/m],
    ['foreign', async () => '{"schema": 1, "name": "x"}', /chat\.json isn't launchgate's: test is /],
    ['of another test', async () => JSON.stringify({ ...(await saved()), test: 'auth' }), /is a baseline of auth\.$/m],
    [
      'of two runs',
      async () => {
        const file = await saved();
        return JSON.stringify({ ...file, runs: file.runs.slice(0, 2) });
      },
      /^launchgate: The baseline has 2 of at least 3 runs: fewer don't tell how much runs differ by themselves\.$/m,
    ],
  ];
  for (const [what, content, line] of FLAWS) {
    test(what, async () => {
      const flawed = join(root, 'flawed');
      await mkdir(flawed, { recursive: true });
      await writeFile(join(flawed, 'chat.json'), await content());
      const args = ['compare', 'chat', '2026-03-05T10-00-00Z-gate'];
      const { exitCode, stderr } = await launchgate(args, ['--results', results, '--baselines', flawed]);
      assert.equal(exitCode, 2);
      assert.match(stderr, line);
    });
  }
});
