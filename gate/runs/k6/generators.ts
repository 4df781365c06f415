/**
 * One load from several k6 processes: each takes its segment of every scenario. k6 numbers users over all segments, so
 * no two processes are the same user, and a scenario of one user runs in one of them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFile, Share } from '../../../src/wire/run-files.ts';
import { type K6End, type K6Start, startK6 } from './k6-process.ts';

export interface Generators {
  pids: number[];
  ended: Promise<K6End[]>;
  /** Asks all of them for an end, once. */
  stop(): void;
}

/** Exit codes of a k6 that did its part: all well, or thresholds failed, which of a share says nothing. */
const DID_ITS_PART: readonly (number | null)[] = [0, 99];

/** Makes the folders in which the processes of a run write: the run's own, or one inside it for each. */
export async function generatorFolders(runFolder: string, generators: number): Promise<string[]> {
  if (generators === 1) return [runFolder];
  const folders = Array.from({ length: generators }, (_, index) => join(runFolder, `generator-${index + 1}`));
  for (const folder of folders) await mkdir(folder);
  return folders;
}

/**
 * Starts a process in each folder. When one ends before it did its part, the run can't be valid any more, and the others
 * are told to end too.
 */
export function startGenerators(folders: readonly string[], start: Omit<K6Start, 'folder'>): Generators {
  const children = folders.map((folder, index) =>
    startK6({
      ...start,
      folder,
      args: [...segmentArguments(index, folders.length), ...start.args],
      env: { ...start.env, LAUNCHGATE_SUMMARY: join(folder, 'summary.json') },
    }),
  );
  const stop = () => {
    for (const child of children) child.stop();
  };
  for (const child of children) {
    void child.ended.then(({ exitCode }) => {
      if (!DID_ITS_PART.includes(exitCode)) stop();
    });
  }
  return { pids: children.map(({ pid }) => pid), ended: Promise.all(children.map(({ ended }) => ended)), stop };
}

/** k6's arguments for segment `index` of `count` equal ones. */
export function segmentArguments(index: number, count: number): string[] {
  if (count === 1) return [];
  const bounds = Array.from({ length: count + 1 }, (_, at) => (at === 0 ? '0' : at === count ? '1' : `${at}/${count}`));
  return [
    `--execution-segment=${bounds[index]}:${bounds[index + 1]}`,
    `--execution-segment-sequence=${bounds.join(',')}`,
  ];
}

/** How the processes of a run ended: each by its name, and the worst of them. */
export function endsOf(
  names: readonly string[],
  ends: readonly K6End[],
): { k6: Omit<RunFile['k6'], 'binary'>; shares?: Share[] } {
  if (ends.length === 1) return { k6: ends[0]! };
  const shares = ends.map((k6, index) => ({ name: names[index]!, k6 }));
  const worst = [...ends].sort((a, b) => badness(b) - badness(a))[0]!;
  return { k6: worst, shares };
}

/** k6's exit code when it was told to end, as the others are when one has failed. */
const STOPPED = 105;

function badness({ exitCode, signal }: K6End): number {
  if (signal !== null || exitCode === null) return 4;
  const mild = [...DID_ITS_PART, STOPPED].indexOf(exitCode);
  return mild < 0 ? 3 : mild;
}
