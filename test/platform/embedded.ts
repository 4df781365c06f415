/** The real program, started with a few small fixtures of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { SetupName, SwitchName } from '../../platform/setups.ts';
import { passwordFrom, type Tier } from '../../src/wire/fixtures.ts';

const PROGRAM = resolve('dist/node/platform.mjs');
/** Its prepared databases must not push out those of people's runs. */
const FOLDER = resolve('.cache/test-platform');
const PASSWORD_KEY = 'launchgate-loopback-only';

export const ANON_KEY = 'launchgate-embedded-anon-key';
export const SERVICE_KEY = 'launchgate-embedded-service-role-key';

/** Ids that say whose they are: uuid('c', 1) is the first creator. */
export function uuid(kind: 'c' | 'a' | 'e' | 'f', number: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Two creators with two videos each; one student of every tier with the first, one basic with the second. */
export const CREATORS = [1, 2].map((number) => ({
  id: uuid('c', number),
  userId: uuid('a', number),
  email: `creator-${number}@example.com`,
  tier: (number === 1 ? 'basic' : 'enterprise') as Tier,
}));
export const STUDENTS = (['free', 'basic', 'pro', 'enterprise', 'basic'] as Tier[]).map((tier, index) => ({
  id: uuid('e', index),
  email: `student-${index}@example.com`,
  tier,
  creatorId: uuid('c', index < 4 ? 1 : 2),
}));
export const VIDEOS = [1, 2, 3, 4].map((number) => ({
  id: uuid('f', number),
  creatorId: uuid('c', number <= 2 ? 1 : 2),
  title: ['Choosing an aperture', 'Shutter speed at night', 'Kneading dough', 'Sourdough starters'][number - 1]!,
}));

export interface Embedded {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts the platform with 200 chunks and an AI that answers at once, and waits until it is ready. */
export async function startPlatform(
  setup: SetupName,
  switches: Partial<Record<SwitchName, string | number>> = {},
  env: Record<string, string> = {},
): Promise<Embedded> {
  const changes = Object.entries({ chunks: 200, aiSlowdown: 0, ...switches }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const child = spawnPlatform(['--follow-stdin', '--fixtures', writeFixtures(), '--setup', setup], {
    PLATFORM_SWITCHES: changes.join(','),
    ...env,
  });
  return {
    url: (JSON.parse(await firstLine(child)) as { url: string }).url,
    process: child,
    stop: () => ended(child, () => child.stdin!.end()),
  };
}

export function spawnPlatform(args: string[], env: Record<string, string> = {}, folder = FOLDER): ChildProcess {
  mkdirSync(folder, { recursive: true });
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: { PATH, HOME, ...env } });
}

/** What the platform prints when it is ready. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolved, rejected) => {
    createInterface({ input: child.stdout! }).once('line', resolved);
    child.once('exit', (code) => rejected(new Error(`the platform ended with ${code}`)));
  });
}

/** Runs the program to its end. */
export async function runPlatform(args: string[], env: Record<string, string> = {}) {
  const child = spawnPlatform(args, env);
  const output = { stdout: '', stderr: '' };
  child.stdout!.on('data', (text) => (output.stdout += text));
  child.stderr!.on('data', (text) => (output.stderr += text));
  const code = await new Promise<number | null>((resolved) => child.once('close', resolved));
  return { code, ...output };
}

function ended(child: ChildProcess, end: () => void): Promise<void> {
  return new Promise((resolved) => {
    child.once('exit', () => resolved());
    end();
  });
}

export function writeFixtures(): string {
  const folder = join(FOLDER, 'fixtures');
  mkdirSync(folder, { recursive: true });
  const users = [
    'email,user_id,role,tier,creator_id,name',
    ...CREATORS.map(({ email, userId, tier, id }) => `${email},${userId},creator,${tier},${id},Creator`),
    ...STUDENTS.map(({ email, id, tier, creatorId }) => `${email},${id},student,${tier},${creatorId},Student`),
  ];
  const videos = [
    'video_id,creator_id,title,category,duration_seconds',
    ...VIDEOS.map(({ id, creatorId, title }) => `${id},${creatorId},${title},lesson,600`),
  ];
  writeFileSync(join(folder, 'users.csv'), users.join('\n'));
  writeFileSync(join(folder, 'videos.csv'), videos.join('\n'));
  return folder;
}

export function passwordOf(email: string): string {
  return passwordFrom(createHmac('sha256', PASSWORD_KEY).update(email).digest('hex'));
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are what the tests are about
  body: any;
  headers: Headers;
}

/** Sends one request with the anon key. @param body sent as JSON */
export async function send(
  { url }: Pick<Embedded, 'url'>,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(path.startsWith('http') ? path : url + path, {
    method,
    headers: { 'Content-Type': 'application/json', apikey: ANON_KEY, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
}

/** Signs in. @returns what GoTrue answers */
export async function signIn(platform: Pick<Embedded, 'url'>, email: string) {
  const { body } = await send(platform, 'POST', '/auth/v1/token?grant_type=password', {
    body: { email, password: passwordOf(email) },
  });
  return body as { access_token: string; refresh_token: string; user: { id: string } };
}

/** A signed-in user's way to the app. */
export async function as(platform: Pick<Embedded, 'url'>, { email }: { email: string }) {
  const { access_token } = await signIn(platform, email);
  const headers = { Authorization: `Bearer ${access_token}` };
  return (method: string, path: string, body?: unknown) => send(platform, method, path, { body, headers });
}
