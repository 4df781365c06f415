/**
 * Looks the platform over: its database, its cache, its own behaviour, its limits. What can't be looked at says so, and
 * is never taken for fine.
 */

import { INFRASTRUCTURE } from '../../src/thresholds.ts';
import type { Finding } from '../../src/wire/audit-file.ts';
import type { UserRow } from '../../src/wire/fixtures.ts';
import type { Verdict } from '../../src/wire/run-files.ts';
import { redact, type Settings } from '../../src/wire/settings.ts';
import { count } from '../judge/figures.ts';
import { headersCheck, secretsCheck } from './audit/answers.ts';
import { App } from './audit/app.ts';
import { databaseFindings } from './audit/database.ts';
import { FINDING_IDS, type FindingId, fine, found, unseen } from './audit/findings.ts';
import { type Figures, readFigures } from './audit/metrics.ts';
import {
  aiLimitFinding,
  aiQueueFindings,
  freshFinding,
  poolFinding,
  questionChecks,
  workersFinding,
} from './audit/provoked.ts';
import { cacheChecks, healthChecks, listCheck, mediaCheck, type Readers, sessionCheck } from './audit/reads.ts';
import { redisFindings } from './audit/redis.ts';
import { Refusal } from './refusal.ts';

export interface AuditRequest {
  /** With BASE_URL set: to the user's platform, or to the embedded one that was started for this. */
  settings: Settings;
  users: readonly UserRow[];
  /**
   * reads: nothing is written. writes: a few questions and a new video, as test users. provoke: limits are used up, too,
   * which only a platform stands that is there for nothing else.
   */
  effort: 'reads' | 'writes' | 'provoke';
  /** Of the newest rate-limits run of this target, with its name. */
  rateLimits?: { name: string; verdict: Verdict };
  say: (line: string) => void;
}

export interface Audited {
  /** In the order of the catalogue, each once. */
  findings: Finding[];
  /** What was looked through. */
  sources: string[];
}

/** @throws Refusal when the app does not answer, or lets no test user in */
export async function audit(request: AuditRequest): Promise<Audited> {
  const { settings, say } = request;
  say('Looking at the database …');
  const database = await databaseFindings(settings.DATABASE_URL);
  say('Looking at the cache …');
  const redis = await redisFindings(settings.REDIS_URL);
  say('Looking at the app …');
  const readers = await readersOf(request);
  const figures = await readers.figures();
  const read = await readFindings(readers);
  const written = request.effort === 'reads' ? unwritten(figures) : await writtenFindings(readers, request);
  const app = [
    ...read,
    ...written,
    limitsFinding(request),
    headersCheck(readers.app),
    secretsCheck(readers.app, settings),
  ];
  const findings = FINDING_IDS.map((id) => bestOf(id, [...database, ...redis, ...app, connectionsFinding(figures)]));
  return {
    findings: findings.map((finding) => ({ ...finding, seen: redact(finding.seen, settings) })),
    sources: [
      'the app',
      ...(Object.keys(figures).length > 0 ? ['its metrics'] : []),
      ...(settings.DATABASE_URL ? ['Postgres'] : []),
      ...(settings.REDIS_URL ? ['Redis'] : []),
    ],
  };
}

/** One finding of several sources: what somebody found counts most, then what somebody saw in order. */
function bestOf(id: FindingId, findings: readonly Finding[]): Finding {
  const ours = findings.filter((finding) => finding.id === id);
  return (
    ours.find(({ outcome }) => outcome === 'found') ??
    ours.find(({ outcome }) => outcome === 'ok') ??
    ours[0] ??
    unseen(id, BEHIND_THE_SCENES[id] ?? 'Nothing tells it.')
  );
}

/** What only those can tell who have set it up. */
const BEHIND_THE_SCENES: Partial<Record<FindingId, string>> = {
  'processing-limit': 'It is set in the code of the processing function, and shows in nothing that can be read.',
  'processing-retries': 'They are set in the code of the processing function, and show in nothing that can be read.',
};

async function readersOf({ settings, users }: AuditRequest): Promise<Readers> {
  const app = new App(settings);
  const { student, creator, uploader } = actors(users);
  return {
    app,
    student: await app.signIn(student),
    creator: await app.signIn(creator),
    uploader: await app.signIn(uploader),
    figures: () => readFigures(settings),
  };
}

/** A student without limits, the creator that the student learns from, and one who may upload at will. */
function actors(users: readonly UserRow[]): { student: UserRow; creator: UserRow; uploader: UserRow } {
  const unlimited = users.filter(({ tier }) => tier === 'enterprise');
  const uploader = ['uploader', 'creator'].map((role) => unlimited.find((user) => user.role === role)).find(Boolean);
  for (const student of unlimited.filter(({ role }) => role === 'student')) {
    const creator = users.find(({ role, creator_id }) => role === 'creator' && creator_id === student.creator_id);
    if (creator && uploader) return { student, creator, uploader };
  }
  throw new Refusal(
    'usage',
    'fixtures/users.csv has no student and uploader of the enterprise tier; run `./launchgate data generate`.',
  );
}

async function readFindings(readers: Readers): Promise<Finding[]> {
  return [
    ...(await healthChecks(readers)),
    ...(await cacheChecks(readers)),
    await sessionCheck(readers),
    await mediaCheck(readers),
    await listCheck(readers),
  ];
}

/** What writing would show. */
const NEEDS_WRITES = [
  'vector-search',
  'tenant-filter',
  'cache-fresh',
  'ai-queue',
  'ai-backoff',
  'processing-workers',
] as const;

function unwritten(figures: Figures): Finding[] {
  const why = 'It shows only when questions are asked and videos uploaded; --writes does so as test users.';
  return [...NEEDS_WRITES.map((id) => unseen(id, why)), aiLimitFinding({}, figures)];
}

async function writtenFindings(readers: Readers, { effort, say }: AuditRequest): Promise<Finding[]> {
  say('Asking questions, uploading a video …');
  const figures = await readers.figures();
  const { findings, ai } = await questionChecks(readers, effort === 'provoke');
  const written = [...findings, aiLimitFinding(ai, figures), await freshFinding(readers)];
  if (effort !== 'provoke') {
    const why = 'It shows only when the limit is used up, which an audit does to nobody but the embedded platform.';
    return [...written, unseen('ai-queue', why), unseen('ai-backoff', why), unseen('processing-workers', why)];
  }
  say('Using up its limits …');
  const pool = await poolFinding(readers, figures);
  const queue = await aiQueueFindings(readers, ai.requests ?? figures.aiRequests);
  return [...written, pool, ...queue, await workersFinding(readers)];
}

function connectionsFinding({ connectionLimit }: Figures): Finding {
  if (connectionLimit === undefined) {
    return unseen('connections', 'Neither DATABASE_URL nor METRICS_URL tells how many there are.');
  }
  const seen = `The app has ${count(connectionLimit)} connections`;
  return connectionLimit < INFRASTRUCTURE.connections
    ? found('connections', `${seen}; ${INFRASTRUCTURE.connections} are wanted.`)
    : fine('connections', `${seen}.`);
}

function limitsFinding({ rateLimits }: AuditRequest): Finding {
  if (!rateLimits) return unseen('rate-limits', '`./launchgate run rate-limits` has not been run against this target.');
  const { name, verdict } = rateLimits;
  const failed = verdict.criteria.filter(({ outcome }) => outcome === 'fail');
  if (failed.length > 0) {
    const named = failed.map(({ criterion, phase }) => `${criterion} (${phase})`).join(', ');
    return found('rate-limits', `Run ${name}: ${named} failed.`);
  }
  return verdict.outcome === 'pass'
    ? fine('rate-limits', `Run ${name} passed.`)
    : unseen('rate-limits', `Run ${name} is ${verdict.outcome}.`);
}
