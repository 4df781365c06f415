/**
 * A run as others see it before it is judged. While its load goes on its folder has running.json, which says what it is,
 * and looks.jsonl, what its sources of signals told, a line a look, so that nobody need ask them a second time. Until
 * there is a verdict it has begun.json too, by which the run can be judged when we are killed before we do.
 */
import { createWriteStream, existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SourceLook } from '../../../src/wire/looks.ts';
import type { RunFile } from '../../../src/wire/run-files.ts';
import type { Phase, TestName, Window } from '../../../src/workloads.ts';
import { runFile } from './run-file-shapes.ts';
import { storedRuns } from './stored-runs.ts';
import { writeWhole } from './whole-file.ts';

const ABOUT = 'running.json';
const BEGUN = 'begun.json';
export const LOOKS = 'looks.jsonl';

/** A run that is so much later than planned has not ended: somebody else has its process number now. */
const LATE_MS = 10 * 60_000;

export interface RunInProgress {
  pid: number;
  test: TestName;
  profile: string;
  /** Unix ms. */
  startedMs: number;
  plannedMs: number;
  windows: Window[];
  baseUrl: string;
  /** The embedded platform, which ends with the run. */
  isEmbedded: boolean;
  /** Where its k6 processes write their samples. */
  samples: string[];
}

const shape = z.object({
  pid: z.number().int().positive(),
  test: z.string(),
  profile: z.string(),
  startedMs: z.number(),
  plannedMs: z.number(),
  windows: z.array(z.object({ phase: z.string(), fromMs: z.number(), toMs: z.number() })),
  baseUrl: z.string(),
  isEmbedded: z.boolean(),
  samples: z.array(z.string()),
});

/** What a run is judged by, beside its samples. */
export interface BegunRun {
  /** Of the launchgate that is to judge it. */
  pid: number;
  plannedMs: number;
  phases: Phase[];
  /** Folders in which its k6 processes write. */
  folders: string[];
  /** As if it had been cut off as it began. */
  run: RunFile;
}

const begunShape = z.object({
  pid: z.number().int().positive(),
  plannedMs: z.number(),
  phases: z.array(
    z.object({
      name: z.string(),
      rampSeconds: z.number(),
      holdSeconds: z.number(),
      load: z.record(z.string(), z.number()),
    }),
  ),
  folders: z.array(z.string()),
  run: runFile,
});

export interface Announcement {
  saw(look: SourceLook): void;
  /** No load is sent any more: whoever watched looks at the platform by themselves. */
  loadEnded(): Promise<void>;
  /** Takes back what is in the run's own files now. */
  judged(): Promise<void>;
}

/** A monitor that sees nothing is no reason to end a run: what can't be written is left out. */
export async function announceRun(folder: string, about: RunInProgress, begun: BegunRun): Promise<Announcement> {
  for (const [name, content] of [
    [ABOUT, about],
    [BEGUN, begun],
  ] as const) {
    await writeWhole(join(folder, name), `${JSON.stringify(content, null, 2)}\n`).catch(() => undefined);
  }
  const looks = createWriteStream(join(folder, LOOKS), { flags: 'a' }).on('error', () => undefined);
  return {
    saw(look) {
      looks.write(`${JSON.stringify(look)}\n`);
    },
    async loadEnded() {
      await new Promise((closed) => looks.end(closed));
      await takeBack(folder, ABOUT);
    },
    judged: () => forget(folder),
  };
}

async function forget(folder: string): Promise<void> {
  for (const name of [ABOUT, LOOKS, BEGUN]) await takeBack(folder, name);
}

/** What can't be removed, on a disk that became read-only, is no reason to lose a verdict. */
async function takeBack(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true }).catch(() => undefined);
}

/** A run that nobody will judge any more. */
export interface CutOffRun extends BegunRun {
  /** What its sources of signals told. */
  looks: SourceLook[];
  /** To be called when it is judged. */
  judged(): Promise<void>;
}

/** @returns undefined where there is nothing to make up for: the run is judged, or goes on, or never began */
export async function cutOffRun(folder: string): Promise<CutOffRun | undefined> {
  if (existsSync(join(folder, 'verdict.json'))) return undefined;
  const begun = (await readShape(join(folder, BEGUN), begunShape)) as BegunRun | undefined;
  if (!begun || isAlive({ ...begun, startedMs: Date.parse(begun.run.startedAt) })) return undefined;
  const text = await readFile(join(folder, LOOKS), 'utf8').catch(() => '');
  return { ...begun, looks: text.split('\n').flatMap((line) => lookIn(line) ?? []), judged: () => forget(folder) };
}

/** The last line may be half written. */
export function lookIn(line: string): SourceLook | undefined {
  try {
    return JSON.parse(line) as SourceLook;
  } catch {
    return undefined;
  }
}

/** @returns the newest run under results/ that goes on and that is meant, with its folder; undefined when there is none */
export async function runInProgress(
  results: string,
  isMeant: (about: RunInProgress) => boolean,
): Promise<{ folder: string; about: RunInProgress } | undefined> {
  for (const { folder } of await storedRuns(results)) {
    const about = (await readShape(join(folder, ABOUT), shape)) as RunInProgress | undefined;
    if (about && isAlive(about) && isMeant(about)) return { folder, about };
  }
  return undefined;
}

async function readShape(path: string, expected: z.ZodType): Promise<unknown> {
  if (!existsSync(path)) return undefined;
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return expected.safeParse(parsed).success ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A run that was killed leaves its files behind. */
function isAlive({ pid, startedMs, plannedMs }: Pick<RunInProgress, 'pid' | 'startedMs' | 'plannedMs'>): boolean {
  if (Date.now() > startedMs + plannedMs + LATE_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
