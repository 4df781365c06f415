/** Launch day as it is typed, on a stand-in platform: every step, steps that fail, and going on afterwards. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { GoliveFile, LineState, SignoffFile } from '../../src/wire/release-files.ts';
import { type StubServer, stubServer } from '../observe/stub-server.ts';
import { chatScript, type Project, throwawayProject } from '../runs/throwaway-project.ts';

/** The stand-in's test of chat, with the name and the criteria of quick. */
const QUICK = chatScript({ seconds: 2 })
  .replace(/CRITERIA = \[.*?\]/, "CRITERIA = ['quick.chat.p95', 'quick.dashboards.p95', 'quick.failures']")
  .replace("test: 'chat'", "test: 'quick'")
  .replace('durationMs: 30_000', 'durationMs: 60_000')
  .replaceAll('smoke', 'normal');

let project: Project;
let app: StubServer;
before(async () => {
  project = await throwawayProject();
  await writeFile(join(project.root, 'dist/quick.js'), QUICK);
  app = await stubServer();
});
after(async () => {
  await app.stop();
  await project.remove();
});
beforeEach(async () => {
  for (const kind of ['golive', 'watch', 'quick', 'signoff'])
    await rm(join(project.root, 'results', kind), { recursive: true, force: true });
  app.answer(well);
});

function well(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/metrics') return void response.end('platform_queue_depth 3\n');
  response.end(request.url === '/api/health' ? '{"status":"healthy","revision":"a1"}' : '{"success":true}');
}

/** A record of a decision that rests on no file but its checklist. */
async function decided(changes: Partial<SignoffFile> = {}): Promise<void> {
  const folder = join(project.root, 'results/signoff/2026-03-15T12-00-00');
  await mkdir(folder, { recursive: true });
  const signoff = {
    schema: 1,
    decision: 'GO',
    at: new Date().toISOString(),
    maxAgeDays: 14,
    target: 'staging.example.com',
    lines: [],
    evidence: [],
  };
  await writeFile(join(folder, 'signoff.json'), JSON.stringify({ ...signoff, revision: 'a1', ...changes }));
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const program = join(project.root, 'dist/node/launchgate.mjs');
  const env = { ...project.env, METRICS_URL: `${app.url}/metrics`, LAUNCHGATE_ENV_FILE: '/dev/null' };
  const child = spawn(process.execPath, [program, 'golive', '--base-url', app.url, ...args], {
    cwd: project.root,
    env,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return { child, ended: once(child, 'close').then(([exitCode]) => ({ exitCode, stdout, stderr })) };
}

async function recorded(): Promise<GoliveFile> {
  const [name] = await readdir(join(project.root, 'results/golive'));
  return JSON.parse(await readFile(join(project.root, 'results/golive', name!, 'golive.json'), 'utf8'));
}

const steps = ({ entries }: GoliveFile) => entries.map(({ step, outcome }) => `${step} ${outcome}`);
const SHORT = ['--first-watch', '6s', '--second-watch', '6s'];

test('it goes from the decision to the end of the second watch, and keeps what it did', async () => {
  await decided();
  const { exitCode, stdout, stderr } = await start(...SHORT).ended;
  assert.equal(exitCode, 0, stdout + stderr);
  const said = stdout
    .split('\n')
    .filter((line) => /^(Decision|Health|Quick test|First watch|Second watch): /.test(line));
  assert.deepEqual(
    said.map((line) => line.split(' ').slice(0, 3).join(' ')),
    [
      'Decision: GO, results/signoff/2026-03-15T12-00-00/signoff.json',
      'Health: It says',
      'Quick test: pass,',
      'First watch: Well:',
      'Second watch: Well:',
    ].map((line) => line.split(' ').slice(0, 3).join(' ')),
  );
  assert.match(
    stdout,
    /It is live\. What is left:\n {2}somebody has read the error logs: \.\/launchgate attest after\.logs/,
  );
  const file = await recorded();
  assert.deepEqual(steps(file), [
    'decision done',
    'health done',
    'quick done',
    'first-watch done',
    'second-watch done',
  ]);
  assert.deepEqual([file.target, file.revision], [new URL(app.url).host, 'a1']);
  assert.equal((await readdir(join(project.root, 'results/watch'))).length, 2);
});

test('after Ctrl-C in a watch it goes on with that watch, and takes no quick test again', async () => {
  await decided();
  const cut = await cutIn('Quick test: pass');
  assert.equal(cut.exitCode, 130);
  assert.match(cut.stderr, /First watch was cut short; `\.\/launchgate golive` goes on with it\.\n$/);
  assert.deepEqual(steps(await recorded()), ['decision done', 'health done', 'quick done']);

  const again = await cutIn('Quick test: pass');
  assert.match(again.stdout, /\nQuick test: pass, quick\/\S+ \(done at \d{4}-\d\d-\d\dT\d\d:\d\dZ\)\n/);
  assert.match(again.stderr, /First watch was cut short/);
  assert.equal((await readdir(join(project.root, 'results/quick'))).length, 1);
});

test('without a revision nothing that was done before counts, since it may have been for another deployment', async () => {
  app.answer((request, response) =>
    request.url === '/api/health'
      ? response.setHeader('content-type', 'application/json').end('{"status":"healthy"}')
      : well(request, response),
  );
  await decided();
  for (const done of [1, 2]) {
    const cut = await cutIn('Quick test: pass');
    assert.match(cut.stderr, /does not tell its revision: no step counts that was done before/);
    assert.match(cut.stderr, /First watch was cut short; `\.\/launchgate golive` begins anew\.\n$/);
    assert.equal((await readdir(join(project.root, 'results/quick'))).length, done);
  }
});

/** Presses Ctrl-C once this was said, in a watch of an hour. */
async function cutIn(said: string): Promise<Ended> {
  const { child, ended } = start('--first-watch', '1h');
  let stdout = '';
  child.stdout!.on('data', (text) => {
    const before = stdout.includes(said);
    stdout += text;
    if (!before && stdout.includes(said)) child.kill('SIGINT');
  });
  return ended;
}

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

function waivedUntil(until: string): LineState {
  return { id: 'processing.workers', waiver: { by: 'Ada', note: 'soon', until } } as LineState;
}

const STOPPED: [what: string, arrange: () => Promise<void>, problem: RegExp, exitCode: number][] = [
  ['nobody has decided', async () => undefined, /nobody has decided; `\.\/launchgate signoff` does\.$/m, 7],
  [
    'the decision is NO-GO',
    () => decided({ decision: 'NO-GO' }),
    /Decision: the decision of \d{4}-\d\d-\d\d is NO-GO\.$/m,
    7,
  ],
  [
    'the decision is older than its evidence may be',
    () => decided({ at: daysFromNow(-15) }),
    /Decision: the decision of \S+ is 15 days old, and its evidence counts for 14; `\.\/launchgate signoff` decides again\.$/m,
    7,
  ],
  [
    'a waiver has ended that the decision rests on',
    () => decided({ decision: 'CONDITIONAL GO', lines: [waivedUntil(daysFromNow(-1).slice(0, 10))] }),
    /Decision: the waiver of processing\.workers ended on \S+; `\.\/launchgate signoff` decides again\.$/m,
    7,
  ],
  [
    'another revision was decided on',
    () => decided({ revision: 'b2' }),
    /revision b2 was decided on, and a1 is deployed\.$/m,
    7,
  ],
  [
    'evidence was taken away since',
    () => decided({ evidence: [{ path: 'checklist.yaml', sha256: 'abc', bytes: 3 }] }),
    /checklist\.yaml is no longer there\.$/m,
    4,
  ],
  [
    'the platform is unwell',
    async () => {
      await decided();
      app.answer((_, response) => response.writeHead(404).end());
    },
    /^launchgate: Health: /m,
    3,
  ],
  [
    'the quick test fails',
    async () => {
      await decided();
      app.answer((request, response) =>
        request.url === '/api/chat' ? response.writeHead(500).end() : well(request, response),
      );
    },
    /^launchgate: Quick test: fail, quick\//m,
    99,
  ],
];
for (const [what, arrange, problem, code] of STOPPED) {
  test(`it stops where ${what}, and watches nothing`, async () => {
    await arrange();
    const { exitCode, stderr } = await start(...SHORT).ended;
    assert.equal(exitCode, code, stderr);
    assert.match(stderr, problem);
    await assert.rejects(readdir(join(project.root, 'results/watch')));
  });
}
