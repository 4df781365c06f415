/**
 * Artillery, doing what minimal.js does: another load generator to hold launchgate against. No part of the project needs
 * it, so it is installed under .tools/ when `make bench ARGS=--artillery` asks for it.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ARTILLERY_VERSION = '2.0.34';

const FOLDER = resolve('.tools/artillery');
const PACKAGE = join(FOLDER, 'node_modules', 'artillery');

/** @returns the script that Node runs as `artillery` */
export async function installedArtillery(): Promise<string> {
  if ((await installedVersion()) !== ARTILLERY_VERSION) {
    console.error(`installing artillery ${ARTILLERY_VERSION} in .tools/artillery, some 460 MB …`);
    await mkdir(FOLDER, { recursive: true });
    const args = ['install', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
    await promisify(execFile)('npm', [...args, '--save-exact', `artillery@${ARTILLERY_VERSION}`]);
  }
  return join(PACKAGE, 'bin', 'run');
}

async function installedVersion(): Promise<string | undefined> {
  const text = await readFile(join(PACKAGE, 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { version?: string }).version;
}

/**
 * Writes the scenario of artillery-students.cjs into a folder. Each step of the loop is one request, if any: its pauses
 * are in `next`.
 * @returns the scenario's path
 */
export async function writeScenario(
  folder: string,
  { baseUrl, users, rampSeconds }: { baseUrl: string; users: number; rampSeconds: number },
): Promise<string> {
  await cp('test/bench/artillery-students.cjs', join(folder, 'students.cjs'));
  const headers = { Cookie: '{{ cookie }}' };
  const password = 'a-password-of-forty-characters-or-so-long';
  const message = { message: '{{ message }}', session_id: '{{ sessionId }}', creator_id: '{{ creatorId }}' };
  const rating = { message_id: '{{ messageId }}', feedback: 'positive' };
  const steps = [
    { function: 'next' },
    { post: { url: '/api/chat', headers, json: message, afterResponse: 'answered', ifTrue: 'asks' } },
    { get: { url: HISTORY, headers, afterResponse: 'succeeded', ifTrue: 'readsBack' } },
    { post: { url: '/api/chat/feedback', headers, json: rating, afterResponse: 'succeeded', ifTrue: 'rates' } },
  ];
  const scenario = {
    config: {
      target: baseUrl,
      processor: './students.cjs',
      phases: [{ duration: rampSeconds, arrivalCount: users }],
    },
    scenarios: [
      {
        flow: [
          { function: 'arrive' },
          { post: { url: SIGN_IN, json: { email: '{{ email }}', password }, afterResponse: 'signedIn' } },
          { loop: steps, count: 1_000_000 },
        ],
      },
    ],
  };
  const path = join(folder, 'students.json');
  await writeFile(path, JSON.stringify(scenario));
  return path;
}

const SIGN_IN = '/auth/v1/token?grant_type=password';
const HISTORY = '/api/chat/history?session_id={{ sessionId }}&limit=50';
