import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { madeRun } from './made-run.ts';

const PROGRAM = 'dist/node/launchgate.mjs';
const RUNS = ['2026-03-01T10-00-00Z-smoke', '2026-03-02T10-00-00Z-smoke', '2026-03-03T10-00-00Z-smoke'];
let folder: string;
let results: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-commands-'));
  results = join(folder, 'results');
  const made = await madeRun(results, { startedAt: '2026-03-01T10:00:00.250Z', profile: 'smoke' });
  for (const name of RUNS.slice(1)) await cp(made, join(results, 'chat', name), { recursive: true });
});
after(() => rm(folder, { recursive: true }));

function launchgate(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [PROGRAM, ...args, '--results', results], (_, stdout, stderr) =>
      done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

test('report rebuilds all reports of a run and says where the page is', async () => {
  const { exitCode, stdout } = await launchgate('report', `chat/${RUNS[0]}`);
  assert.equal(exitCode, 0);
  assert.match(stdout, /chat\/2026-03-01T10-00-00Z-smoke\/report\.html\n$/);
  for (const name of ['report.html', 'summary.md', 'junit.xml', 'criteria.csv']) {
    assert.ok(existsSync(join(results, 'chat', RUNS[0]!, name)), name);
  }
  assert.ok(existsSync(join(results, 'index.html')));
});

test('report of a run that is not there is one line and exit code 2', async () => {
  const { exitCode, stderr } = await launchgate('report', 'video');
  assert.equal(exitCode, 2);
  assert.equal(
    stderr,
    `launchgate: there is no run "video" in ${results}; the newest is chat/${RUNS[2]}, and \`./launchgate results list\` has all.\n`,
  );
});

test('results list names the runs, the newest first, with what came out', async () => {
  const { stdout } = await launchgate('results', 'list', 'chat');
  const lines = stdout.trim().split('\n');
  assert.deepEqual(
    lines.map((line) => line.split(/ {2,}/)[0]),
    [...RUNS].reverse().map((name) => `chat/${name}`),
  );
  assert.match(lines[0]!, / {2}(pass|fail|inconclusive|invalid)$/);
  assert.match((await launchgate('results', 'list', 'video')).stdout, /^No run yet; `\.\/launchgate run video/);
});

test('diagnose says what it weighed and what it can’t tell, and keeps it with the run', async () => {
  const { exitCode, stdout } = await launchgate('diagnose', 'chat');
  assert.equal(exitCode, 0);
  assert.match(stdout, /Can’t be told from this run:\n/);
  assert.match(stdout, /^chat: .+\.\nReport: .+report\.html$/m);
  const kept = JSON.parse(await readFile(join(results, 'chat', RUNS[2]!, 'diagnosis.json'), 'utf8'));
  const { stdout: json } = await launchgate('diagnose', 'chat', '--json');
  assert.deepEqual(kept, { schema: 1, ...JSON.parse(json) });
});

test('diagnose puts a run after a fix beside one before it', async () => {
  const { exitCode, stdout } = await launchgate('diagnose', RUNS[0]!, '--after', RUNS[1]!);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^### What it bought: chat\n/);
  const { exitCode: none, stderr } = await launchgate('diagnose', RUNS[0]!, '--after', 'video');
  assert.equal(none, 2);
  assert.match(stderr, /^launchgate: video: there is no run "video"/);
});

test('open says an address on this machine and serves the run there', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'open', RUNS[0]!, '--results', results]);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^http:\/\/127\.0\.0\.1:\d+\/chat\/2026-03-01T10-00-00Z-smoke\/report\.html$/.exec(line)?.[0];
      assert.ok(url, line);
      assert.match(await (await fetch(url)).text(), /^<!doctype html>/);
      break;
    }
  } finally {
    child.kill();
  }
});

test('prune asks nobody where nobody is, and deletes nothing then', async () => {
  const { exitCode, stderr } = await launchgate('results', 'prune', '--keep', '2');
  assert.equal(exitCode, 2);
  assert.match(stderr, /nobody can be asked here; add --yes/);
  assert.ok(existsSync(join(results, 'chat', RUNS[0]!)));
});

test('prune --yes deletes the oldest and says which', async () => {
  const { exitCode, stdout } = await launchgate('results', 'prune', '--keep', '2', '--yes');
  assert.equal(exitCode, 0);
  assert.equal(stdout, `goes: chat/${RUNS[0]}\nDeleted 1.\n`);
  assert.deepEqual(
    RUNS.map((name) => existsSync(join(results, 'chat', name))),
    [false, true, true],
  );
});

test('prune without a sensible number is refused', async () => {
  const { exitCode, stderr } = await launchgate('results', 'prune', '--keep', '0', '--yes');
  assert.equal(exitCode, 2);
  assert.equal(stderr, 'launchgate: --keep takes a whole number above 0, not "0".\n');
});
