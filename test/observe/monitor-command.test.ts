import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import type { MonitorEvent } from '../../gate/observe/monitor.ts';
import type { WatchFile } from '../../src/wire/watch-file.ts';
import { chatScript, type Project, throwawayProject } from '../runs/throwaway-project.ts';
import { type StubServer, stubServer } from './stub-server.ts';

let project: Project;
let app: StubServer;
before(async () => {
  project = await throwawayProject({ chat: chatScript({ seconds: 6 }) });
  app = await stubServer();
});
after(async () => {
  await app.stop();
  await project.remove();
});

function well(request: IncomingMessage, response: ServerResponse): void {
  response.end(request.url === '/api/health' ? '{"status":"healthy"}' : 'platform_queue_depth 3\n');
}

interface Command {
  child: ChildProcess;
  /** Parsed lines of stdout so far. */
  events: MonitorEvent[];
  /** Resolves with the first event that is meant. */
  saw(isMeant: (event: MonitorEvent) => boolean): Promise<MonitorEvent>;
  ended: Promise<{ exitCode: number | null; stderr: string }>;
}

/** Starts `launchgate monitor` in a pipe, on the stub unless told otherwise. */
function monitor(
  args: string[],
  env: Record<string, string> = { BASE_URL: app.url, METRICS_URL: `${app.url}/metrics` },
): Command {
  const child = spawn(process.execPath, [join(project.root, 'dist/node/launchgate.mjs'), 'monitor', ...args], {
    ...{ cwd: project.root, env: { ...project.env, ...env } },
  });
  const events: MonitorEvent[] = [];
  const waiting: { isMeant: (event: MonitorEvent) => boolean; done: (event: MonitorEvent) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as MonitorEvent;
    events.push(event);
    for (const { isMeant, done } of waiting) if (isMeant(event)) done(event);
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  return {
    child,
    events,
    saw: (isMeant) => {
      const seen = events.find(isMeant);
      return seen ? Promise.resolve(seen) : new Promise((done) => waiting.push({ isMeant, done }));
    },
    ended: once(child, 'close').then(([exitCode]) => ({ exitCode, stderr })),
  };
}

test('in a pipe a monitor is a line of JSON for each reading, and its report is a file', async () => {
  app.answer(well);
  const { events, ended } = monitor(['--for', '6s', '--out', 'watch.json']);
  const { exitCode, stderr } = await ended;
  const readings = events.map((event) => (event.type === 'reading' ? [event.signal, event.value, event.within] : []));
  assert.deepEqual(readings, [
    ['queue_depth', 3, true],
    ['healthy', 1, true],
  ]);
  const watch = JSON.parse(await readFile(join(project.root, 'watch.json'), 'utf8')) as WatchFile;
  assert.equal(watch.outcome, 'well');
  assert.equal(watch.plannedMs, 6_000);
  assert.match(stderr, /^Report: watch\.json\n127\.0\.0\.1:\d+: Well: no alert fired in 0:0\d\. Not measured: /);
  assert.equal(exitCode, 0);
});

test('Ctrl-C ends it cleanly, and still writes the report', async () => {
  app.answer((request, response) =>
    request.url === '/api/health' ? well(request, response) : response.writeHead(401).end(),
  );
  const { child, saw, ended } = monitor(['--for', '1h', '--out', 'cut.md']);
  assert.deepEqual(
    await saw(({ type }) => type === 'problem').then((event) => event.type === 'problem' && event.text),
    'it answers 401; check METRICS_AUTHORIZATION',
  );
  await saw((event) => event.type === 'reading' && event.signal === 'healthy');
  child.kill('SIGINT');
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 130);
  assert.match(stderr, /INCONCLUSIVE: no alert fired in 0:0\d of 1:00:00 \(interrupted\)/);
  const report = await readFile(join(project.root, 'cut.md'), 'utf8');
  assert.match(report, /\| metrics of 127\.0\.0\.1:\d+ \| 5 s {3}\| 1 {5}\| 1 {6}\|/);
});

test('`| head` ends it, without a word about pipes', async () => {
  app.answer(well);
  const { child, saw, ended } = monitor([]);
  await saw(({ type }) => type === 'reading');
  child.stdout!.destroy();
  const { exitCode, stderr } = await ended;
  assert.equal(exitCode, 0);
  assert.doesNotMatch(stderr, /EPIPE/);
});

test('a run in progress is watched without asking its platform a second time', async () => {
  const { child, events, ended } = monitor([], {});
  const run = spawn(
    process.execPath,
    [join(project.root, 'dist/node/launchgate.mjs'), 'run', 'chat', '--profile', 'smoke'],
    { cwd: project.root, env: project.env, stdio: 'ignore' },
  );
  await once(run, 'exit');
  child.kill('SIGINT');
  const { exitCode, stderr } = await ended;
  assert.ok(events.some((event) => event.type === 'reading' && event.signal === 'healthy' && event.value === 1));
  assert.ok(events.some((event) => event.type === 'run' && event.test === 'chat' && event.users === 10));
  // The stand-in platform has no metrics, which the run's own look found out.
  assert.ok(events.some((event) => event.type === 'problem' && event.source.startsWith('metrics of 127.0.0.1')));
  assert.match(stderr, /^No source of signals is set; waiting for a run to begin …\n/);
  assert.match(stderr, /\| launchgate .*\| run chat smoke began /);
  assert.equal(exitCode, 0);
});

test('a deployment that is not healthy in time is said in one line', async () => {
  app.answer((_, response) => response.writeHead(502).end('<html>'));
  const { exitCode, stderr } = await monitor(['--until-healthy', '--within', '2s']).ended;
  assert.match(
    stderr,
    /\nlaunchgate: health of 127\.0\.0\.1:\d+: not healthy within 2 s: it answers 502, and no health\.\n$/,
  );
  assert.equal(exitCode, 3);
});

const REFUSED: [string, string[], Record<string, string>, string][] = [
  [
    'a time of no known unit',
    ['--for', '5x'],
    {},
    "launchgate: option '--for <time>' argument '5x' is invalid. It must be a time such as 90s, 30m, 24h or 1h30m.",
  ],
  [
    'a watch of nothing',
    ['--for', '1h'],
    {},
    'launchgate: there is nothing to watch: set BASE_URL, METRICS_URL or another source, see `./launchgate settings`.',
  ],
  [
    'waiting for the health of nobody',
    ['--until-healthy'],
    {},
    'launchgate: --until-healthy needs BASE_URL, the address of the platform.',
  ],
  [
    'a report where none can be',
    ['--for', '24h', '--out', 'no/such/folder.md'],
    { BASE_URL: 'http://127.0.0.1:9' },
    "launchgate: --out no/such/folder.md can't be written (ENOENT).",
  ],
];
for (const [what, args, env, line] of REFUSED) {
  test(`${what} is refused in one line, before anything is asked`, async () => {
    const { exitCode, stderr } = await monitor(args, env).ended;
    assert.equal(stderr, `${line}\n`);
    assert.equal(exitCode, 2);
  });
}
