import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TEST_NAMES } from '../../src/workloads.ts';
import { type Project, throwawayProject } from '../runs/throwaway-project.ts';

let project: Project;
before(async () => {
  project = await throwawayProject();
});
after(() => project.remove());

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function launchgate(args: string[], env: Record<string, string> = {}, { root, env: base } = project): Promise<Ended> {
  return new Promise((done) => {
    const program = join(root, 'dist/node/launchgate.mjs');
    const child = execFile(
      process.execPath,
      [program, ...args],
      { cwd: root, env: { ...base, ...env } },
      (_, stdout, stderr) => done({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Arguments, environment, and the lines with which a run that can't begin answers; all exit with 2. */
const REFUSED: [string, string[], Record<string, string>, string[]][] = [
  [
    'An unknown profile comes with the list',
    ['chat', '--profile', 'quick'],
    {},
    ['PROFILE must be one of smoke, gate, standard, full; it is "quick".'],
  ],
  [
    'An unknown test comes with the list',
    ['chatt'],
    {},
    [`there is no test "chatt"; there are ${TEST_NAMES.join(', ')}.`],
  ],
  [
    'More users than the fixtures have, and a k6 that is not there, are said at once',
    ['chat', '--users', '50'],
    { LAUNCHGATE_K6: '/nowhere/k6' },
    [
      'chat needs 50 users and fixtures/users.csv has 10 students; run `./launchgate data generate --students 50` or lower USERS.',
      'LAUNCHGATE_K6: /nowhere/k6 is no k6 that runs here.',
    ],
  ],
  [
    'A host that was not named is not loaded',
    ['chat', '--profile', 'smoke', '--base-url', 'https://staging.example.com'],
    { LAUNCHGATE_PASSWORD_KEY: 'a key of our own' },
    ['BASE_URL: staging.example.com was not named; add it to LAUNCHGATE_TARGETS if you may load it.'],
  ],
  [
    'A k6 option that replaces the workload is refused',
    ['chat', '--profile', 'smoke', '--', '--vus', '5'],
    {},
    ['k6 option --vus would change what is measured; use --users.'],
  ],
];
for (const [what, args, env, lines] of REFUSED) {
  test(what, async () => {
    const { exitCode, stderr, stdout } = await launchgate(['run', ...args], env);
    assert.deepEqual(
      stderr.trimEnd().split('\n'),
      lines.map((line) => `launchgate: ${line}`),
    );
    assert.equal(stdout, '');
    assert.equal(exitCode, 2);
  });
}

test('Results that can’t be written stop a run with 2', async () => {
  const other = await throwawayProject();
  await writeFile(join(other.root, 'results'), 'a file where a folder should be');
  const { exitCode, stderr } = await launchgate(['run', 'chat', '--profile', 'smoke'], {}, other);
  await other.remove();
  assert.match(stderr, /^launchgate: results can't be written to .*results\/chat \([A-Z]+\); make it writable\.\n$/);
  assert.equal(exitCode, 2);
});

test('A platform that is not there stops a run with 3', async () => {
  const { exitCode, stderr } = await launchgate(['run', 'chat', '--profile', 'smoke'], {
    BASE_URL: 'http://127.0.0.1:9',
  });
  assert.equal(stderr, 'launchgate: BASE_URL: nothing listens on 127.0.0.1:9; is the platform running?\n');
  assert.equal(exitCode, 3);
});

test('Wrong usage is told in one line with what to do, and exits with 2', async () => {
  const wrong: [string[], string][] = [
    [['run'], "missing required argument 'test'; see `./launchgate run --help`."],
    [['rnu', 'chat'], "unknown command 'rnu' (Did you mean run?); see `./launchgate --help`."],
    [['data', 'seed', '--dri'], "unknown option '--dri'; see `./launchgate data seed --help`."],
    [['platform', '--port', 'high'], "option '--port <number>' argument 'high' is invalid. It must be 0 to 65535."],
  ];
  for (const [args, line] of wrong) {
    const { exitCode, stderr } = await launchgate(args);
    assert.deepEqual([stderr, exitCode], [`launchgate: ${line}\n`, 2]);
  }
});

test('a capacity search that has no time for its ends is refused before anything is started', async () => {
  const { exitCode, stderr } = await launchgate(['capacity', 'chat', '--budget', '5']);
  assert.equal(
    stderr,
    'launchgate: --budget 5 is too short for one step and both ends; give 10 minutes or more, or shorter holds (--short, --full).\n',
  );
  assert.equal(exitCode, 2);
});

test('--help is enough: commands, settings, defaults', async () => {
  const { exitCode, stdout } = await launchgate(['--help']);
  assert.equal(exitCode, 0);
  for (const word of ['run', 'list', 'settings', 'k6', 'platform', 'BASE_URL', 'LAUNCHGATE_TARGETS', '(standard)']) {
    assert.ok(stdout.includes(word), word);
  }
  assert.doesNotMatch(stdout, /launchgate-loopback-only/);
  const widest = Math.max(...stdout.split('\n').map((line) => line.length));
  assert.ok(widest <= 80, `${widest} columns`);
});

test('settings shows values in force, and of a secret only that it is set', async () => {
  const { stdout } = await launchgate(['settings'], { PACE: '3', SUPABASE_SERVICE_ROLE_KEY: 'top-secret' });
  assert.match(stdout, /^PACE +3 /m);
  assert.match(stdout, /^SUPABASE_SERVICE_ROLE_KEY +\(set\) /m);
  assert.doesNotMatch(stdout, /top-secret/);
});

test('list names every test with its profiles', async () => {
  const { stdout } = await launchgate(['list']);
  assert.match(stdout, /^chat: .*\n {2}smoke +10 users/m);
  assert.match(stdout, /^ {2}standard +1,000 users/m);
});

test('k6 says which binary is used, and why', async () => {
  const { stdout } = await launchgate(['k6']);
  assert.match(stdout, /^k6 \d+\.\d+\.\d+ \(LAUNCHGATE_K6: .+\)\n$/);
  assert.equal((await launchgate(['k6', '--path'])).stdout, `${project.env.LAUNCHGATE_K6}\n`);
});

test('The embedded platform on a taken port ends with its own line and code', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => taken.on('listening', done));
  const { port } = taken.address() as AddressInfo;
  await writeFile(
    join(project.root, 'dist/node/platform.mjs'),
    `import { createServer } from 'node:http';
createServer().on('error', ({ code }) => { console.error('port: ' + code); process.exit(2); }).listen(Number(process.argv[3]), '127.0.0.1');`,
  );
  const { exitCode, stderr } = await launchgate(['platform', '--port', String(port)]);
  taken.close();
  assert.equal(stderr, 'port: EADDRINUSE\n');
  assert.equal(exitCode, 2);
});
