import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { ghStandIn } from './gh-stand-in.ts';
import { type JobResult, rehearse, type Stage } from './rehearsal.ts';

/** In place of the real one: ends as it is told, and leaves what a run leaves. */
const LAUNCHGATE = `#!/bin/sh
case "$1" in
  run)
    mkdir -p "results/$2/2026-01-01T00-00-00Z-$PROFILE"
    echo "### $2 on \${BASE_URL:-$SETUP}" >"results/$2/2026-01-01T00-00-00Z-$PROFILE/summary.md"
    exit "\${RUN_ENDS:-0}" ;;
  verify) echo 'ok  contract'; exit "\${VERIFY_ENDS:-0}" ;;
  compare) echo "p95 +20 %"; exit "\${COMPARE_ENDS:-0}" ;;
  list) printf 'chat: Students chat\\n  smoke  10 users\\nrate-limits: Each tier\\nsoak: For hours\\n' ;;
  baseline) mkdir -p baselines; echo '{}' >baselines/chat.json ;;
esac
`;

let stage: Stage;
const folders: string[] = [];
beforeEach(async () => {
  const backstage = await mkdtemp(join(tmpdir(), 'launchgate-ci-'));
  folders.push(backstage);
  const folder = join(backstage, 'clone');
  await cp('.github', join(folder, '.github'), { recursive: true });
  await writeFile(join(folder, 'launchgate'), LAUNCHGATE, { mode: 0o755 });
  await writeFile(join(folder, 'Makefile'), 'install build:\n');
  await mkdir(join(folder, '.ci'));
  await writeFile(join(folder, '.ci/run'), 'true\n');
  const bin = await ghStandIn(backstage);
  stage = {
    ...{ folder, backstage, inputs: {}, vars: {}, secrets: {}, say: () => undefined },
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: backstage },
    github: {
      ...{ repository: 'org/launchgate', server_url: 'https://github.com', run_id: '1', token: 't' },
      event_name: 'pull_request',
      event: { pull_request: { number: 5, head: { repo: { full_name: 'org/launchgate' } } } },
    },
  };
});
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

function outcomes(results: JobResult[]): Record<string, string> {
  return Object.fromEntries(results.map(({ name, result }) => [name, result]));
}

async function comments(): Promise<string[]> {
  const folder = join(stage.backstage, 'comments');
  return Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'utf8')));
}

test('A pull request passes through tests, contract and chat; each gate has its page, its artifact and its comment', async () => {
  const results = await rehearse('pull-request.yml', stage);
  assert.deepEqual(outcomes(results), {
    'pull-request / tests': 'success',
    'pull-request / contract': 'success',
    'pull-request / contract / gate': 'success',
    'pull-request / contract / comment': 'success',
    'pull-request / chat': 'success',
    'pull-request / chat / gate': 'success',
    'pull-request / chat / comment': 'success',
  });
  const chat = results.find(({ name }) => name === 'pull-request / chat / gate')!;
  assert.equal(chat.summary, '### chat on recommended\n');
  assert.equal(chat.outputs['exit-code'], '0');
  assert.deepEqual((await readdir(join(stage.backstage, 'artifacts'))).sort(), [
    'launchgate-chat-gate-recommended',
    'launchgate-contract-smoke-recommended',
  ]);
  const [contract, verdict] = await comments();
  assert.match(contract!, /^<!-- launchgate contract smoke recommended -->\n\n```\nok {2}contract\n```/);
  assert.equal(
    verdict,
    '<!-- launchgate chat gate recommended -->\n### chat on recommended\n\n' +
      '[Report and samples](https://github.com/org/launchgate/actions/runs/1)\n',
  );
});

test('A second push writes over the comment of the first', async () => {
  await rehearse('pull-request.yml', stage);
  stage.inputs = { setup: 'recommended' };
  await writeFile(join(stage.folder, 'launchgate'), LAUNCHGATE.replace('### $2', '### second $2'), { mode: 0o755 });
  await rehearse('pull-request.yml', stage);
  const all = await comments();
  assert.equal(all.length, 2);
  assert.match(all[1]!, /### second chat/);
});

/** What launchgate ends with, and whether that blocks; by DESIGN's exit codes. */
const ENDINGS: [what: string, env: Record<string, string>, inputs: Record<string, string>, result: string][] = [
  ['pass', { RUN_ENDS: '0' }, {}, 'success'],
  ['fail', { RUN_ENDS: '99' }, {}, 'failure'],
  ['wrong settings', { RUN_ENDS: '2' }, {}, 'failure'],
  ['a broken contract', { RUN_ENDS: '3' }, {}, 'failure'],
  ['invalid', { RUN_ENDS: '4' }, {}, 'failure'],
  ['our own fault', { RUN_ENDS: '1' }, {}, 'failure'],
  ['inconclusive, which is allowed', { RUN_ENDS: '5' }, {}, 'success'],
  ['inconclusive, which is not', { RUN_ENDS: '5' }, { inconclusive: 'block' }, 'failure'],
  ['regressed against the baseline', { COMPARE_ENDS: '6' }, {}, 'failure'],
  ['inconclusive, but regressed', { RUN_ENDS: '5', COMPARE_ENDS: '6' }, {}, 'failure'],
  ['a baseline of another configuration', { COMPARE_ENDS: '2' }, {}, 'success'],
];
for (const [what, env, inputs, result] of ENDINGS) {
  test(`${what}: ${result}, and the verdict is on the page either way`, async () => {
    stage = { ...stage, inputs, job: 'chat', env: { ...stage.env, ...env } };
    await mkdir(join(stage.folder, 'baselines'));
    await writeFile(join(stage.folder, 'baselines/chat.json'), '{}');
    const results = await rehearse('pull-request.yml', stage);
    const gate = results.find(({ name }) => name.endsWith('chat / gate'))!;
    assert.equal(gate.result, result);
    assert.match(gate.summary, /### chat[\s\S]*p95 \+20 %/);
    assert.equal((await comments()).length, 1);
  });
}

test('A contract that is broken keeps the load away', async () => {
  stage.env.VERIFY_ENDS = '7';
  const results = outcomes(await rehearse('pull-request.yml', stage));
  assert.equal(results['pull-request / contract'], 'failure');
  assert.equal(results['pull-request / chat'], 'skipped');
});

test('A pull request from a fork is judged on the embedded platform, and gets no comment', async () => {
  stage.vars = { BASE_URL: 'https://staging.example.com' };
  stage.github.event = { pull_request: { number: 5, head: { repo: { full_name: 'stranger/launchgate' } } } };
  const results = await rehearse('pull-request.yml', stage);
  const gate = results.find(({ name }) => name === 'pull-request / chat / gate')!;
  assert.equal(gate.summary, '### chat on recommended\n');
  assert.equal(outcomes(results)['pull-request / chat / comment'], 'skipped');
});

test('A staging platform of the repository’s own is judged instead of the embedded one', async () => {
  stage.vars = { BASE_URL: 'https://staging.example.com' };
  const results = await rehearse('pull-request.yml', stage);
  const gate = results.find(({ name }) => name === 'pull-request / chat / gate')!;
  assert.equal(gate.summary, '### chat on https://staging.example.com\n');
});

test('The full suite runs every test but soak, for the checklist’s durations', async () => {
  stage.github.event_name = 'workflow_dispatch';
  const results = await rehearse('full-suite.yml', stage);
  assert.deepEqual(
    results.filter(({ result }) => result === 'success').map(({ name }) => name),
    [
      'full-suite / plan',
      'full-suite / test (chat) / gate',
      'full-suite / test (chat)',
      'full-suite / test (rate-limits) / gate',
      'full-suite / test (rate-limits)',
    ],
  );
  assert.ok((await readdir(join(stage.backstage, 'artifacts'))).includes('launchgate-rate-limits-full-recommended'));
});

test('The monthly refresh proposes a baseline on a branch of its own', async () => {
  const origin = join(stage.backstage, 'origin.git');
  const { execFileSync } = await import('node:child_process');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: stage.folder, encoding: 'utf8' });
  git('init', '--quiet', '--bare', origin);
  git('init', '--quiet');
  git('remote', 'add', 'origin', origin);
  stage.github.event_name = 'schedule';
  const results = outcomes(await rehearse('baseline.yml', stage));
  assert.deepEqual(results, { 'baseline / measure': 'success', 'baseline / propose': 'success' });
  const branches = git('-C', origin, 'branch', '--list', '--format=%(refname:short)').trim();
  assert.match(branches, /^baseline-\d{4}-\d\d$/);
  assert.equal(
    git('-C', origin, 'show', '--stat', '--format=%s', branches).split('\n')[2]!.trim().split(' ')[0],
    'baselines/chat.json',
  );
  assert.match(await readFile(join(stage.backstage, 'pull-requests'), 'utf8'), /^pr create --head baseline-/);
});
