/**
 * What only shows when it is asked for: limits that are reached, queues that fill. Questions are asked and videos
 * uploaded, as a test user; so only the embedded platform gets all of it, and others a little, when they are asked to.
 */

import { INFRASTRUCTURE } from '../../../src/thresholds.ts';
import type { Finding } from '../../../src/wire/audit-file.ts';
import { TEST_PREFIX } from '../../../src/wire/fixtures.ts';
import { plannedMessagesPerSecond } from '../../../src/workloads.ts';
import { count, duration } from '../../judge/figures.ts';
import { TOKENS } from '../estimate.ts';
import type { AppAnswer, Member } from './app.ts';
import { fine, found, unseen } from './findings.ts';
import type { Figures } from './metrics.ts';
import type { Readers } from './reads.ts';

let asked = 0;

/** A question that nobody has asked before. */
function ask(student: Member): Promise<AppAnswer> {
  asked += 1;
  return student.post('/api/chat', { message: `What is there to know about number ${asked} of ${Date.now()}?` });
}

/** The quickest of so many searches has had no neighbour to wait for. */
const QUESTIONS = 5;

/**
 * Questions one after the other, on a platform that does nothing else: what is searched, found, and passed on.
 * @param isLarge its chunks are so many, as the embedded platform's are, that a search without an index shows by its time
 */
export async function questionChecks(
  readers: Readers,
  isLarge: boolean,
): Promise<{ findings: Finding[]; ai: AiAllowance }> {
  const answers: AppAnswer[] = [];
  for (let question = 0; question < QUESTIONS; question++) answers.push(await ask(readers.student));
  const good = answers.filter(({ status }) => status === 200);
  const ai = allowanceOf(answers.at(-1)!);
  if (good.length === 0) {
    const why = `POST /api/chat answers ${answers[0]!.status}.`;
    return { findings: [unseen('vector-search', why), unseen('tenant-filter', why)], ai };
  }
  return { findings: [...(await searchFindings(readers, good, isLarge)), await tenantFinding(readers, good)], ai };
}

/** More than a plain read takes, ms: with an index a search is no slower than a few reads, however many rows there are. */
const SEARCH_MS = 40;

/** Only by its time: where the database itself can be asked, that counts more. */
async function searchFindings(
  { student }: Readers,
  answers: readonly AppAnswer[],
  isLarge: boolean,
): Promise<Finding[]> {
  const times = answers.map(({ timing }) => timing.vector).filter((ms) => ms !== undefined);
  if (times.length === 0) {
    const why = 'The app sends no Server-Timing for its searches; set DATABASE_URL to have the index looked at.';
    return [unseen('vector-index', why), unseen('vector-search', why)];
  }
  const plain: number[] = [];
  for (let read = 0; read < QUESTIONS; read++) plain.push((await student.get('/api/chronos/balance')).timing.db ?? 0);
  const search = Math.min(...times);
  const read = Math.min(...plain);
  const seen = `Inferred: on an idle platform a search takes ${duration(search)} and a plain read ${duration(read)}`;
  if (search - read > SEARCH_MS) {
    return [
      found('vector-index', `${seen}, as without an index.`),
      found('vector-search', `${seen}, as without an index.`),
    ];
  }
  if (isLarge) return [fine('vector-index', `${seen}.`), fine('vector-search', `${seen}.`)];
  const why = `${seen}, as few rows do without an index, too; set DATABASE_URL to have it looked at.`;
  return [unseen('vector-index', why), unseen('vector-search', why)];
}

/** Answers name the videos that they rest on: all must be the creator's. */
async function tenantFinding({ creator }: Readers, answers: readonly AppAnswer[]): Promise<Finding> {
  const { body } = await creator.get('/api/video/list?limit=100');
  const own = new Set(((body?.videos ?? []) as { id: string }[]).map(({ id }) => id));
  const named: string[] = answers.flatMap(({ body: answer }) =>
    ((answer?.data?.video_references ?? []) as { video_id: string }[]).map(({ video_id }) => video_id),
  );
  if (named.length === 0 || own.size === 0) return unseen('tenant-filter', 'No answer named a video.');
  const foreign = named.filter((id) => !own.has(id));
  return foreign.length > 0
    ? found('tenant-filter', `${foreign.length} of ${named.length} videos that answers named are another creator's.`)
    : fine('tenant-filter', `${named.length} of ${named.length} videos that answers named are the creator's own.`);
}

/** What the AI provider allows a minute. */
interface AiAllowance {
  requests?: number;
  inputTokens?: number;
  outputTokens?: number;
  tokens?: number;
}

function allowanceOf({ headers }: AppAnswer): AiAllowance {
  const limit = (...names: string[]) => {
    const value = names.map((name) => headers.get(name)).find((text) => text !== null);
    return value === undefined || value === null ? undefined : Number(value);
  };
  return {
    requests: limit('anthropic-ratelimit-requests-limit', 'x-ratelimit-limit-requests'),
    inputTokens: limit('anthropic-ratelimit-input-tokens-limit'),
    outputTokens: limit('anthropic-ratelimit-output-tokens-limit'),
    tokens: limit('anthropic-ratelimit-tokens-limit', 'x-ratelimit-limit-tokens'),
  };
}

/** Whether the provider carries the users of the launch: in requests, and in the tokens that they cost. */
export function aiLimitFinding(seen: AiAllowance, figures: Figures): Finding {
  const allowed: AiAllowance = {
    requests: seen.requests ?? figures.aiRequests,
    inputTokens: seen.inputTokens ?? figures.aiInputTokens,
    outputTokens: seen.outputTokens ?? figures.aiOutputTokens,
    tokens: seen.tokens,
  };
  const perMinute = plannedMessagesPerSecond(INFRASTRUCTURE.users, 1) * 60;
  const needed: [what: string, has: number | undefined, needs: number][] = [
    ['requests', allowed.requests, perMinute],
    ['input tokens', allowed.inputTokens, perMinute * TOKENS.input],
    ['output tokens', allowed.outputTokens, perMinute * TOKENS.output],
    ['tokens', allowed.tokens, perMinute * (TOKENS.input + TOKENS.output)],
  ];
  const known = needed.filter((row): row is [string, number, number] => Number.isFinite(row[1]));
  if (known.length === 0) {
    return unseen(
      'ai-limits',
      "The platform passes none of the provider's limit headers on; see the provider's console.",
    );
  }
  const short = known.filter(([, has, needs]) => has < needs).sort((a, b) => a[1] / a[2] - b[1] / b[2]);
  const users = (has: number, needs: number) => count((INFRASTRUCTURE.users * has) / needs);
  if (short.length > 0) {
    const [what, has, needs] = short[0]!;
    return found(
      'ai-limits',
      `${count(has)} ${what} a minute carry about ${users(has, needs)} users; ${count(INFRASTRUCTURE.users)} need ${count(needs)}.`,
    );
  }
  const list = known.map(([what, has]) => `${count(has)} ${what}`).join(', ');
  const knows = (...wanted: string[]) => wanted.every((what) => known.some(([one]) => one === what));
  if (!knows('requests') || !(knows('tokens') || knows('input tokens', 'output tokens'))) {
    return unseen(
      'ai-limits',
      `${list} a minute are enough; its other limits it does not tell, see the provider's console.`,
    );
  }
  return fine('ai-limits', `${list} a minute carry ${count(INFRASTRUCTURE.users)} users.`);
}

/** Questions at a time above the connections, and no more than this in all. */
const ABOVE = 10;
const MOST_AT_ONCE = 120;

/** More requests at a time than there are connections: from a pool each gets its turn. */
export async function poolFinding({ student }: Readers, { connectionLimit }: Figures): Promise<Finding> {
  if (connectionLimit === undefined)
    return unseen('pooling', 'The platform does not tell how many connections it has.');
  const wanted = connectionLimit + ABOVE;
  if (wanted > MOST_AT_ONCE)
    return unseen('pooling', `${count(connectionLimit)} connections are too many to be used up by an audit.`);
  const answers = await Promise.all(Array.from({ length: wanted }, () => ask(student)));
  const refused = answers.filter(({ status, text }) => status >= 500 && /connection|53300/i.test(text));
  const at = `Of ${wanted} requests at once over ${count(connectionLimit)} connections`;
  if (refused.length > 0) return found('pooling', `${at}, ${refused.length} were refused a connection.`);
  const others = answers.filter(({ status }) => status !== 200);
  return others.length > 0
    ? unseen('pooling', `${at}, ${others.length} failed with ${others[0]!.status} for another reason.`)
    : fine('pooling', `${at}, all got one in their turn.`);
}

/** Limits that so few questions can use up. */
const MOST_TO_USE_UP = 120;
const AT_A_TIME = 10;

/** Asks until the provider's limit is used up. With a queue all are answered, only later. */
export async function aiQueueFindings({ student }: Readers, requests: number | undefined): Promise<Finding[]> {
  const blind = (why: string) => [unseen('ai-queue', why), unseen('ai-backoff', why)];
  if (requests === undefined) return blind('The platform does not tell what its AI provider allows.');
  if (requests > MOST_TO_USE_UP)
    return blind(`A limit of ${count(requests)} requests a minute can't be used up by an audit.`);
  let slowest = 0;
  for (let sent = 0; sent < 2 * requests; sent += AT_A_TIME) {
    const answers = await Promise.all(Array.from({ length: AT_A_TIME }, () => ask(student)));
    const refused = answers.filter(({ status }) => status !== 200);
    if (refused.length > 0) {
      const ms = Math.min(...refused.map((answer) => answer.ms));
      const seen = `After ${count(sent + AT_A_TIME)} questions ${refused.length} failed with ${refused[0]!.status}`;
      return [
        found('ai-queue', `${seen}.`),
        found('ai-backoff', `${seen}, the first after ${duration(ms)}: nothing waited.`),
      ];
    }
    slowest = Math.max(slowest, ...answers.map(({ ms }) => ms));
  }
  const seen = `${count(2 * requests)} questions at a limit of ${count(requests)} a minute were all answered`;
  return [fine('ai-queue', `${seen}.`), fine('ai-backoff', `${seen}, the slowest after ${duration(slowest)}.`)];
}

/** Uploads more videos than there should be workers, and looks how many are in hand. */
export async function workersFinding({ app, uploader, figures }: Readers): Promise<Finding> {
  const id = 'processing-workers';
  if ((await figures()).processingActive === undefined) {
    return unseen(id, 'The platform does not tell how many videos it has in hand.');
  }
  const { processingWorkers: wanted } = INFRASTRUCTURE;
  for (let video = 0; video < wanted + 2; video++) {
    const fileSize = 1_000;
    const upload = { filename: 'audit.mp4', contentType: 'video/mp4', fileSize, title: `${TEST_PREFIX}audit ${video}` };
    const { status, body } = await uploader.post('/api/video/upload-url', upload);
    if (status !== 200) return unseen(id, `POST /api/video/upload-url answers ${status}.`);
    await app.send('PUT', body.uploadUrl, { 'Content-Type': 'video/mp4' }, 'x'.repeat(fileSize));
    await uploader.post('/api/video/create', { videoId: body.videoId });
  }
  const { processingActive = 0, processingWaiting = 0 } = await figures();
  const seen = `Of ${wanted + 2} videos ${count(processingActive)} were in hand at a time, and ${count(processingWaiting)} waited.`;
  return processingActive >= wanted ? fine(id, seen) : found(id, seen);
}

/** Writes something, and looks whether a list that was read before shows it. */
export async function freshFinding({ creator }: Readers): Promise<Finding> {
  const id = 'cache-fresh';
  const path = '/api/video/list?limit=3';
  const before = await creator.get(path);
  const upload = { filename: 'audit.mp4', contentType: 'video/mp4', fileSize: 1_000, title: `${TEST_PREFIX}audit` };
  const written = await creator.post('/api/video/upload-url', upload);
  if (before.status !== 200 || written.status !== 200) {
    return unseen(id, `Nothing could be written (POST /api/video/upload-url answers ${written.status}).`);
  }
  const after = await creator.get(path);
  const [had, has] = [before.body?.total, after.body?.total] as [number, number];
  return has === had + 1
    ? fine(id, 'A new video was in a list that had been read before.')
    : found(id, `A new video was missing in a list that had been read before (${had} videos, then ${has}).`);
}
