/**
 * Where a monitor has its readings from. While a run loads the platform, the run's own looks are followed: an exporter
 * that is asked twice as often tells half as much each time. Otherwise the sources are looked at from here.
 */
import { join } from 'node:path';
import { parseTarget, sameOrigin } from '../../src/wire/guard.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { LOOKS, lookIn, type RunInProgress, runInProgress } from '../runs/folder/run-in-progress.ts';
import { followRun, type Progress } from '../runs/k6/progress.ts';
import { Tail } from '../runs/k6/tail.ts';
import { pollSources } from './poll.ts';
import type { Source } from './source.ts';

/** How often it is looked whether a run has begun or ended, and what it has written. */
const CHECK_EVERY_MS = 1_000;

export interface FeedRequest {
  /** The folder results/. */
  results: string;
  settings: Settings;
  /** Makes the sources anew: what one remembers of its past ends where a gap begins. */
  sources: () => readonly Source[];
  looked: (look: SourceLook) => void;
  /** The run in progress; undefined when it has ended. */
  ran: (run: RunInProgress | undefined) => void;
  progressed: (progress: Progress) => void;
}

/** Begins. @returns ends it, and with it every look that goes on */
export function startFeed(request: FeedRequest): () => Promise<void> {
  let following: Following | undefined;
  let stopPolling: (() => Promise<void>) | undefined = pollHere(request);
  let checking = Promise.resolve();
  let isEnding = false;

  const check = async () => {
    const run = await runInProgress(request.results, ({ baseUrl }) => isMeant(baseUrl, request.settings));
    if (following && following.folder !== run?.folder) {
      await following.stop();
      following = undefined;
      request.ran(undefined);
    }
    if (run && !following) {
      await stopPolling?.();
      stopPolling = undefined;
      request.ran(run.about);
      following = followLooks(run.folder, run.about, request);
    }
    if (!run && !isEnding) stopPolling ??= pollHere(request);
    await following?.read();
  };
  // What can't be read now may well be in a second.
  const checkAgain = () => {
    checking = checking.then(check).catch(() => undefined);
  };
  const timer = setInterval(checkAgain, CHECK_EVERY_MS);
  checkAgain();
  return async () => {
    isEnding = true;
    clearInterval(timer);
    const polled = stopPolling?.();
    await checking;
    await following?.stop();
    await polled;
  };
}

/** Without a BASE_URL every run is meant. */
function isMeant(baseUrl: string, { BASE_URL }: Settings): boolean {
  if (!BASE_URL) return true;
  const [run, own] = [parseTarget(baseUrl), parseTarget(BASE_URL)];
  return run.ok && own.ok && sameOrigin(run.origin, own.origin);
}

function pollHere({ sources, looked }: FeedRequest): () => Promise<void> {
  return pollSources(sources(), Date.now(), ({ name, everyMs }, look, atMs) =>
    looked({ source: name, everyMs, atMs, ...look }),
  );
}

interface Following {
  folder: string;
  read(): Promise<void>;
  stop(): Promise<void>;
}

function followLooks(
  folder: string,
  { samples: paths, test, windows, plannedMs, startedMs }: RunInProgress,
  { looked, progressed }: FeedRequest,
): Following {
  const looks = new Tail(join(folder, LOOKS), (line) => {
    const look = lookIn(line);
    if (look) looked(look);
  });
  const unfollow = followRun({ paths, test, windows, plannedMs, startedMs, show: progressed });
  return {
    folder,
    read: () => looks.read(),
    async stop() {
      await unfollow();
      // The file is gone by now, but what was written last can still be read.
      await looks.read();
      await looks.close();
    },
  };
}
