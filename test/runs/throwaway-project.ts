/**
 * A project folder for one test: small fixtures, hand-written k6 scripts in place of the bundles, and a tiny platform.
 * Nothing in it is as clever as the real thing, so that a test can say exactly what happens.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findK6 } from '../../gate/runs/k6/k6.ts';

export interface Project {
  root: string;
  /** An environment without anything of the person's own, with k6 named. */
  env: Record<string, string>;
  remove(): Promise<void>;
}

/** Answers /api/health and /api/chat until its standard input ends; `/exit` makes it die. */
const PLATFORM = `
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  if (request.url === '/exit') process.exit(7);
  response.setHeader('content-type', 'application/json');
  response.end(request.url === '/api/health' ? '{"status":"healthy"}' : '{"success":true}');
});
server.listen(0, '127.0.0.1', () => {
  console.error('platform: ready');
  console.log(JSON.stringify({ ready: true, url: 'http://127.0.0.1:' + server.address().port }));
});
process.stdin.on('end', () => process.exit(0)).resume();
process.on('SIGTERM', () => process.exit(0));
`;

/** @param seconds how long it loads; @param code what the iteration with number `at` runs (100 a second begin) */
export function chatScript({ seconds = 2, at = 0, code = '' } = {}): string {
  return `
import http from 'k6/http';
import exec from 'k6/execution';
import { sleep } from 'k6';
import { Counter, Rate, Trend } from 'k6/metrics';
const over = new Rate('over_limit'), failures = new Counter('failures');
const lateness = new Trend('schedule_lateness_ms', true), db = new Trend('server_db_ms', true);
const CRITERIA = ['chat.p95', 'chat.p99', 'chat.failures.normal'];
const key = (criterion) => 'over_limit{criterion:' + criterion + ',phase:smoke}';
export const options = {
  scenarios: { students: { executor: 'constant-vus', vus: 10, duration: '${seconds}s', gracefulStop: '1s' } },
  thresholds: Object.fromEntries([...CRITERIA.map((id) => [key(id), ['rate<=1']]),
    ['http_req_duration{name:POST /api/chat,phase:smoke}', []]]),
  summaryTrendStats: ['count', 'avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
};
export default function () {
  if (exec.scenario.iterationInTest === ${at}) { ${code} }
  exec.vu.metrics.tags.phase = 'smoke';
  const answer = http.post(__ENV.BASE_URL + '/api/chat', '{}', { tags: { name: 'POST /api/chat' } });
  const failed = answer.status !== 200;
  for (const criterion of CRITERIA) over.add(failed, { criterion });
  if (failed) failures.add(1, { kind: 'connection' });
  lateness.add(1.5);
  db.add(__ITER);
  sleep(0.1);
}
export function handleSummary({ metrics }) {
  const value = (metric, field) => metrics[metric]?.values[field] ?? 0;
  const chat = metrics['http_req_duration{name:POST /api/chat,phase:smoke}'].values;
  const summary = {
    schema: 1, test: 'chat', profile: __ENV.PROFILE, runId: __ENV.LAUNCHGATE_RUN_ID,
    durationMs: 30_000, // as if the hold had been the profile's: a test can't wait that long
    facts: CRITERIA.map((criterion) => ({ criterion, phase: 'smoke',
      seen: value(key(criterion), 'passes') + value(key(criterion), 'fails'), over: value(key(criterion), 'passes') })),
    latencies: [{ route: 'POST /api/chat', phase: 'smoke', count: chat.count, avg: chat.avg, min: chat.min, med: chat.med,
      p90: chat['p(90)'], p95: chat['p(95)'], p99: chat['p(99)'], max: chat.max }],
    failures: value('failures', 'count') ? [{ kind: 'connection', phase: 'smoke', count: value('failures', 'count') }] : [],
    serverParts: [{ part: 'db', count: value('server_db_ms', 'count'), avg: value('server_db_ms', 'avg'), p95: value('server_db_ms', 'p(95)') }],
    thresholds: [],
    totals: { requests: value('http_reqs', 'count'), failedRequests: value('http_req_failed', 'passes'),
      iterations: value('iterations', 'count'), droppedIterations: 0, exceptions: 0, maxUsers: value('vus_max', 'max'),
      bytesReceived: value('data_received', 'count'), bytesSent: value('data_sent', 'count') },
    latenessMs: { p95: 1.5, p99: 1.5, max: 1.5 },
    stopped: null,
  };
  return { [__ENV.LAUNCHGATE_SUMMARY]: JSON.stringify(summary) };
}
`;
}

/** A contract test that finds what it is told to find. */
export function contractScript(
  found: { fatal: string[]; deviations: string[] } = { fatal: [], deviations: [] },
): string {
  return `
export default function () {}
export function handleSummary() {
  return { [__ENV.CONTRACT_RESULT]: JSON.stringify(${JSON.stringify({ ...found, k6Testing: 'stand-in' })}) };
}
`;
}

interface Parts {
  chat?: string;
  contract?: string;
  platform?: string;
  students?: number;
}

export async function throwawayProject({ chat, contract, platform, students = 10 }: Parts = {}): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'launchgate-project-'));
  await mkdir(join(root, 'dist/node'), { recursive: true });
  await mkdir(join(root, 'fixtures'));
  const rows = Array.from({ length: students }, (_, index) => `s${index}@example.com,u${index},student,pro,c1,Student`);
  const files = {
    'package.json': '{ "version": "0.1.0", "type": "module" }',
    'fixtures/users.csv': [
      'email,user_id,role,tier,creator_id,name',
      ...rows,
      't@example.com,t,creator,pro,c1,T',
      '',
    ].join('\n'),
    'fixtures/videos.csv': 'video_id,creator_id,title,category,duration_seconds\nv1,c1,Title,Topic,60\n',
    'fixtures/questions.csv': 'kind,text\nopener,Why\n',
    'dist/chat.js': chat ?? chatScript(),
    'dist/contract.js': contract ?? contractScript(),
    'dist/node/platform.mjs': platform ?? PLATFORM,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  await copyFile('dist/node/launchgate.mjs', join(root, 'dist/node/launchgate.mjs'));
  return { root, env: await plainEnv(), remove: () => rm(root, { recursive: true, force: true }) };
}

/** The k6 that `make install` put in place, or that the person has. */
async function plainEnv(): Promise<Record<string, string>> {
  const { PATH = '', HOME = '', LAUNCHGATE_K6 = '' } = process.env;
  const found = await findK6({ root: process.cwd(), named: LAUNCHGATE_K6, path: PATH });
  if (!found.ok) throw new Error(found.problem);
  return { PATH, HOME, LAUNCHGATE_K6: found.k6.path };
}
