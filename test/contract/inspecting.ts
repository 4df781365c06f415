/** Runs the contract test's bundle in k6 against the model platform, with fixtures of the model's users. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RouteName } from '../../src/wire/routes.ts';
import { k6Binary } from './k6-binary.ts';
import { type Deviation, modelPlatform } from './model-platform.ts';
import { CREATORS, idOf, USERS, videoOf } from './model-users.ts';

export interface Outcome {
  exitCode: number;
  fatal: string[];
  deviations: string[];
  asDocumented: number;
  log: string;
}

export type Deviations = Partial<Record<RouteName, Deviation>>;

export interface Inspector {
  /** One inspection of a model platform that deviates. @param env beside BASE_URL */
  inspect(deviations: Deviations, env?: Record<string, string>): Promise<Outcome>;
  start(env: Record<string, string>): ChildProcess;
  outcomeOf(k6: ChildProcess): Promise<Outcome>;
  remove(): Promise<void>;
}

export async function newInspector(): Promise<Inspector> {
  const k6Path = resolve(await k6Binary());
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const resultPath = join(folder, 'contract.json');
  await mkdir(join(folder, 'dist'));
  await copyFile('dist/contract.js', join(folder, 'dist', 'contract.js'));
  await writeFixtures(join(folder, 'fixtures'));

  const start = (env: Record<string, string>) => {
    rmSync(resultPath, { force: true });
    const args = ['run', '--quiet', '--no-usage-report', '--address', '', 'dist/contract.js'];
    return spawn(k6Path, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const outcomeOf = async (k6: ChildProcess): Promise<Outcome> => {
    const [log, [exitCode]] = await Promise.all([text(k6.stderr!), once(k6, 'exit')]);
    const found = await readFile(resultPath, 'utf8').then(JSON.parse, () => ({}));
    return { exitCode, log, ...found };
  };
  return {
    start,
    outcomeOf,
    async inspect(deviations, env = {}) {
      const platform = await modelPlatform(deviations);
      try {
        return await outcomeOf(start({ BASE_URL: platform.baseUrl, ...env }));
      } finally {
        platform.close();
      }
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A deviation that changes the body of answers that are no refusals. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of any route
export function changing(change: (body: any) => object): (answer: Response) => Promise<Response> {
  return async (answer) => (answer.ok ? Response.json(change(await answer.json()), answer) : answer);
}

async function writeFixtures(folder: string): Promise<void> {
  await mkdir(folder);
  const write = (name: string, lines: string[]) => writeFile(join(folder, `${name}.csv`), `${lines.join('\n')}\n`);
  await write('users', [
    'email,user_id,role,tier,creator_id,name',
    ...USERS.map((user) => `${user.email},${idOf(user)},${user.role},${user.tier},${user.creatorId},A User`),
  ]);
  await write('videos', [
    'video_id,creator_id,title,category,duration_seconds',
    ...CREATORS.map((creator) => `${videoOf(creator)},${creator},A video,Cooking,600`),
  ]);
  await write('questions', ['kind,text', 'opener,How do I', 'topic,sharpen a knife', 'closer,at home?']);
}
