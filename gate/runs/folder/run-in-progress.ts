/**
 * A run as others see it while its load goes on: its folder then has running.json, which says what it is, and
 * looks.jsonl, what its sources of signals told, a line a look, so that nobody need ask them a second time.
 */
import { createWriteStream, existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SourceLook } from '../../../src/wire/looks.ts';
import type { TestName, Window } from '../../../src/workloads.ts';
import { storedRuns } from './stored-runs.ts';
import { writeWhole } from './whole-file.ts';

const ABOUT = 'running.json';
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

export interface Announcement {
  saw(look: SourceLook): void;
  /** Takes back what was only there to be seen: the readings are in the run's timeline. */
  end(): Promise<void>;
}

/** A monitor that sees nothing is no reason to end a run: what can't be written is left out. */
export async function announceRun(folder: string, about: RunInProgress): Promise<Announcement> {
  await writeWhole(join(folder, ABOUT), `${JSON.stringify(about, null, 2)}\n`).catch(() => undefined);
  const looks = createWriteStream(join(folder, LOOKS), { flags: 'a' }).on('error', () => undefined);
  return {
    saw(look) {
      looks.write(`${JSON.stringify(look)}\n`);
    },
    async end() {
      await new Promise((closed) => looks.end(closed));
      for (const name of [ABOUT, LOOKS]) await rm(join(folder, name), { force: true });
    },
  };
}

/** @returns the newest run under results/ that goes on and that is meant, with its folder; undefined when there is none */
export async function runInProgress(
  results: string,
  isMeant: (about: RunInProgress) => boolean,
): Promise<{ folder: string; about: RunInProgress } | undefined> {
  for (const { folder } of await storedRuns(results)) {
    const about = await readAbout(join(folder, ABOUT));
    if (about && isAlive(about) && isMeant(about)) return { folder, about };
  }
  return undefined;
}

async function readAbout(path: string): Promise<RunInProgress | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const checked = shape.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return checked.success ? (checked.data as RunInProgress) : undefined;
  } catch {
    return undefined;
  }
}

/** A run that was killed leaves its files behind. */
function isAlive({ pid, startedMs, plannedMs }: RunInProgress): boolean {
  if (Date.now() > startedMs + plannedMs + LATE_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
