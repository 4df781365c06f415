import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { cloudProblems, runInCloud as cloudRun } from '../../gate/runs/k6/cloud.ts';
import { findK6 } from '../../gate/runs/k6/k6.ts';
import { settingsInForce } from '../../gate/runs/start/settings-in-force.ts';
import { cloudZones } from '../../src/wire/settings.ts';
import { type Project, throwawayProject } from '../runs/throwaway-project.ts';

const { PATH = '', HOME = '', LAUNCHGATE_K6 = '' } = process.env;
const found = await findK6({ root: process.cwd(), named: LAUNCHGATE_K6, path: PATH });
/** From 2.0 on `k6 cloud run` asks for other addresses; what streams from here still asks for these. */
const skip =
  found.ok && Number(found.k6.version.split('.')[0]) > 1 ? 'the stand-in is k6 Cloud as k6 1 knows it' : false;

/** k6 Cloud as far as `k6 cloud run` and `k6 run --out cloud` of 1.1.0 ask it; says what it is told to say. */
let cloud: Server;
let signedIn = true;
let says = { run_status: 3, run_status_text: 'Finished', result_status: 0, progress: 1 };
let calls: string[] = [];
let upload = Buffer.alloc(0);
/** What a run on this machine announces, and all that it sends. */
let announced = '';
let streamed = '';
let env: Record<string, string>;

before(async () => {
  cloud = createServer(async (request, response) => {
    const body = await buffer(request);
    calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (request.url === '/v1/archive-upload') upload = body;
    if (request.url === '/v1/tests') announced = body.toString();
    streamed += body.toString('latin1');
    response.setHeader('content-type', 'application/json');
    if (!signedIn) return response.writeHead(401).end('Unauthorized');
    const answers: Record<string, unknown> = {
      '/v1/archive-upload': { reference_id: '123' },
      '/v1/tests': { reference_id: '123' },
      '/v1/test-progress/123': says,
    };
    response.end(JSON.stringify(answers[request.url!] ?? {}));
  }).listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  env = {
    ...{ PATH, HOME, LAUNCHGATE_K6: found.ok ? found.k6.path : '', LAUNCHGATE_ENV_FILE: '/dev/null' },
    ...{ BASE_URL: 'https://staging.example.com', LAUNCHGATE_TARGETS: 'staging.example.com' },
    ...{ LAUNCHGATE_PASSWORD_KEY: 'canary-password-key', SUPABASE_ANON_KEY: 'canary-anon-key' },
    ...{ EXTRA_HEADERS: '{"x-bypass":"canary-bypass"}', SOMETHING_ELSE: 'canary-else' },
    ...{ K6_CLOUD_TOKEN: 'k6s-own-token', K6_CLOUD_PROJECT_ID: '77', K6_CLOUD_STACK_ID: '5' },
    K6_CLOUD_HOST: `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`,
    K6_CLOUD_HOST_V6: `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`,
    CLOUD_ZONES: 'amazon:us:ashburn=60,amazon:de:frankfurt=40',
  };
});
after(async () => {
  await here?.remove();
  cloud.closeAllConnections();
  cloud.close();
});
beforeEach(() => {
  says = { run_status: 3, run_status_text: 'Finished', result_status: 0, progress: 1 };
  calls = [];
  streamed = '';
  signedIn = true;
});

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function runInCloud(changes: Record<string, string> = {}): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      './launchgate',
      ['cloud', 'chat', '--profile', 'smoke'],
      { env: { ...env, ...changes } },
      (_, stdout, stderr) => done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

let here: Project | undefined;

/** In a project of its own, with a small platform. */
async function runHere(changes: Record<string, string> = {}): Promise<Ended> {
  here ??= await throwawayProject();
  const { root } = here;
  const { BASE_URL: _, ...rest } = env;
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(root, 'dist/node/launchgate.mjs'), 'cloud', 'chat', '--profile', 'smoke', '--local'],
      { cwd: root, env: { ...rest, K6_CLOUD_NAME: 'launch week', ...changes } },
      (_error, stdout, stderr) => done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

let passed: Ended;

test('An archive goes up with project, name and load zones, and without a secret', { skip }, async () => {
  passed = await runInCloud();
  assert.equal(passed.exitCode, 0, passed.stderr + passed.stdout);
  assert.deepEqual(
    calls.map((call) => call.split(' ').slice(0, 2).join(' ')),
    ['POST /v1/validate-options', 'POST /v1/archive-upload', 'GET /v1/test-progress/123'],
  );
  const text = upload.toString('latin1');
  assert.ok(!text.includes('canary'), 'a secret went up');
  // k6 sends its own token back to those who gave it, inside the options too; it is in no archive of ours.
  const tokens = text.split('\n').filter((line) => line.includes('k6s-own-token'));
  assert.ok(
    tokens.every((line) => /^\s*"token": "k6s-own-token"$/.test(line)),
    tokens.join(),
  );
  assert.match(text, /name="project_id"\r\n\r\n77\r\n/);
  assert.match(text, /name="name"\r\n\r\nlaunchgate chat smoke\r\n/);
  assert.match(text, /"amazon-us-ashburn": \{\s*"loadZone": "amazon:us:ashburn",\s*"percent": 60/);
  assert.match(text, /fixtures\/users\.csv/);
  assert.match(text, /email,user_id,role,tier/);
});

test('When all thresholds held, each criterion passes, and what the cloud can’t tell is named', { skip }, () => {
  const { stdout, stderr } = passed;
  assert.match(stdout, /^chat\.p95 +smoke +p95 < 5 s +pass$/m);
  assert.match(stdout, /^not measured in the cloud: how sure a pass is/m);
  assert.match(stdout, /^chat smoke: PASS, by k6's thresholds$/m);
  assert.match(stderr, /^It runs: http.*\/runs\/123$/m);
});

test('Who wants an end before the archive is up sends none', { skip }, async () => {
  const { settings } = settingsInForce({ root: process.cwd(), env, flags: { PROFILE: 'smoke' } });
  const ended = await cloudRun({
    ...{ root: process.cwd(), test: 'chat', settings, env, say: () => undefined },
    signal: AbortSignal.abort(),
  });
  assert.equal(ended.kind === 'ended' && ended.outcome, 'interrupted');
  assert.deepEqual(calls, []);
});

test('When one did not hold, the run fails, and no criterion is said to have passed', { skip }, async () => {
  says.result_status = 1;
  const { exitCode, stdout } = await runInCloud();
  assert.equal(exitCode, 99);
  assert.match(stdout, /^chat\.p95 +smoke +p95 < 5 s +not measured$/m);
  assert.match(stdout, /^Which thresholds failed is on http.*\/runs\/123$/m);
  assert.doesNotMatch(stdout, / pass$/m);
});

test('A run that the cloud aborted is no pass, though k6 before 2.0 exits with 0', { skip }, async () => {
  says = { ...says, run_status: 5, run_status_text: 'Aborted (by user)' };
  const { exitCode, stdout } = await runInCloud();
  assert.equal(exitCode, 4, stdout);
  assert.match(stdout, /^k6 Cloud says: Aborted \(by user\)\.$/m);
  assert.doesNotMatch(stdout, / pass$/m);
});

/** What is missing, and the line that says so; nothing of it reaches the cloud. */
const REFUSED: [what: string, changes: Record<string, string>, line: RegExp][] = [
  ['no token', { K6_CLOUD_TOKEN: '' }, /K6_CLOUD_TOKEN is not set/],
  ['no project', { K6_CLOUD_PROJECT_ID: '' }, /K6_CLOUD_PROJECT_ID is not set/],
  ['a platform that the cloud can’t reach', { BASE_URL: 'http://127.0.0.1:1' }, /can't reach .*; use --local/],
  ['no platform', { BASE_URL: '' }, /BASE_URL is not set/],
  ['a host that was not named', { LAUNCHGATE_TARGETS: '' }, /staging\.example\.com was not named/],
  [
    'zones that don’t add up',
    { CLOUD_ZONES: 'amazon:us:ashburn=60' },
    /CLOUD_ZONES must be zones with shares that sum/,
  ],
];
for (const [what, changes, line] of REFUSED) {
  test(`${what}: refused before anything is sent`, async () => {
    const { exitCode, stderr } = await runInCloud(changes);
    assert.equal(exitCode, 2);
    assert.match(stderr, line);
    assert.deepEqual(calls, []);
  });
}

test('With --local the test runs here, is judged as any run, and streams to its project, without a secret', async () => {
  const { exitCode, stdout, stderr } = await runHere();
  assert.equal(exitCode, 0, stderr + stdout);
  assert.match(stdout, /^chat\.p95 +smoke .* pass$/m);
  assert.match(stderr, /^What is measured here streams to project 77 of k6 Cloud\.$/m);
  const { name, project_id, vus } = JSON.parse(announced);
  assert.deepEqual({ name, project_id, vus }, { name: 'launch week', project_id: 77, vus: 10 });
  assert.equal(calls[0], 'POST /v1/tests Token k6s-own-token');
  assert.ok(calls.includes('POST /v2/metrics/123 Token k6s-own-token'), calls.join());
  assert.equal(calls.at(-1), 'POST /v1/tests/123 Token k6s-own-token');
  assert.ok(!streamed.includes('canary'), 'a secret went up');
});

test('A token that the cloud refuses makes a run with --local invalid, and its words say so', async () => {
  signedIn = false;
  const { exitCode, stdout } = await runHere();
  assert.equal(exitCode, 4, stdout);
  assert.match(stdout, /failed to authenticate with k6 Cloud/);
});

for (const [what, changes, line] of [
  ['no token', { K6_CLOUD_TOKEN: '' }, /K6_CLOUD_TOKEN is not set/],
  ['no project', { K6_CLOUD_PROJECT_ID: '' }, /K6_CLOUD_PROJECT_ID is not set/],
  ['several generators', { GENERATORS: '4' }, /GENERATORS=4: each k6 would be a run of its own in the cloud/],
] as const) {
  test(`${what} with --local: refused before anything is sent`, async () => {
    const { exitCode, stderr } = await runHere(changes);
    assert.equal(exitCode, 2);
    assert.match(stderr, line);
    assert.deepEqual(calls, []);
  });
}

test('A stack is asked for from k6 1.6 on', () => {
  const k6 = (version: string) => ({ path: 'k6', version, foundBy: 'PATH' as const });
  const given = { K6_CLOUD_TOKEN: 't', K6_CLOUD_PROJECT_ID: '1' };
  assert.deepEqual(cloudProblems(given, k6('1.1.0')), []);
  for (const version of ['1.6.0', '2.2.0']) {
    assert.deepEqual(cloudProblems(given, k6(version)), ['K6_CLOUD_STACK_ID is not set: the number of the stack.']);
  }
});

test('Load zones are read as they are written, or not at all', () => {
  assert.deepEqual(cloudZones(''), []);
  assert.deepEqual(cloudZones('amazon:us:ashburn=100'), [{ zone: 'amazon:us:ashburn', percent: 100 }]);
  for (const wrong of ['ashburn', 'a=50,b=40', 'a=-1,b=101', 'A B=100'])
    assert.equal(cloudZones(wrong), undefined, wrong);
});
