import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processingMs } from '../../platform/processing.ts';
import { hashOf, Random } from '../../platform/random.ts';
import { SWITCHES } from '../../platform/setups.ts';
import { filesOfUpload, POLL_SECONDS } from '../../src/behaviour.ts';
import { CRITERIA, type ProcessingCriterion, type SignalCriterion } from '../../src/thresholds.ts';
import { isWithin, LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { PROCESSING_SPEEDUP, phasesOf, stagesOf, type Window, windowsOf } from '../../src/workloads.ts';

const RATE = criterion('video.processing.rate') as ProcessingCriterion;
const QUEUE = criterion('video.queue') as SignalCriterion;
/** Holds with less processing than this are not judged by its rate (gate/judge/amounts.ts). */
const JUDGED_SECONDS = 900;

const RUNS = 100;
/** Of one file, and beside its processing in the database, s; as measured under load on two cores. */
const UPLOAD_SECONDS = 0.2;
const DATABASE_SECONDS = 0.03;

interface Video {
  /** Seconds since the run began. */
  readonly queuedAt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the one who published it saw that it was processed. */
  readonly seenAt: number;
}

for (const profile of ['standard', 'full'] as const) {
  const phases = phasesOf('video', profile);
  const windows = windowsOf('video', phases);
  const speedup = PROCESSING_SPEEDUP[profile];
  const uploads = arrivals(stagesOf('video', phases, 'publishers').slice(0, -1), speedup);
  /** Of 100 runs, those that reach the rate, that keep the queue short, and that do both. */
  const passing = (workers: number) => {
    const runs = Array.from({ length: RUNS }, (_, run) => process(uploads, workers, speedup, run));
    const quick = runs.map((videos) => reachesRate(videos, windows, speedup));
    const short = runs.map((videos, run) => keepsQueueShort(videos, windows, new Random(run)));
    const count = (each: (run: number) => boolean | undefined) => runs.filter((_, run) => each(run)).length;
    return {
      rate: count((run) => quick[run]),
      queue: count((run) => short[run]),
      both: count((run) => quick[run] && short[run]),
    };
  };

  test(`in video ${profile}, at the published rate, ten workers pass, and so do twenty`, () => {
    const { recommended } = SWITCHES.videoWorkers;
    assert.ok(passing(recommended).both >= 95, JSON.stringify(passing(recommended)));
    assert.ok(passing(2 * recommended).both >= 95, JSON.stringify(passing(2 * recommended)));
  });

  test(`in video ${profile}, nine workers, who get through 96 an hour, miss the rate, and one misses both`, () => {
    assert.ok(passing(9).rate <= 10, JSON.stringify(passing(9)));
    assert.deepEqual(passing(SWITCHES.videoWorkers.free), { rate: 0, queue: 0, both: 0 });
  });
}

/** When uploads begin, s: k6 spreads arrivals evenly. */
function arrivals(stages: ReturnType<typeof stagesOf>, speedup: number): number[] {
  const STEP = 0.01;
  const times: number[] = [];
  let at = 0;
  let before = 0;
  let due = 0;
  for (const { seconds, level } of stages) {
    for (let into = 0; into < seconds; into += STEP) {
      due += (before + ((level - before) * into) / seconds) * speedup * STEP;
      if (due >= times.length + 1) times.push(at + into);
    }
    at += seconds;
    before = level;
  }
  return times;
}

/** First come, first served, as in platform/processing.ts. */
function process(uploads: readonly number[], workers: number, speedup: number, run: number): Video[] {
  const random = new Random(hashOf('publishing', run));
  const freeAt = new Array<number>(workers).fill(0);
  return uploads.flatMap((startedAt, number) => {
    const files = filesOfUpload(number);
    const queuedAt = startedAt + files * UPLOAD_SECONDS * (0.5 + random.next());
    return Array.from({ length: files }, () => {
      const worker = freeAt.indexOf(Math.min(...freeAt));
      const startedAt = Math.max(queuedAt, freeAt[worker]!);
      const endedAt =
        startedAt + processingMs(random, SWITCHES.videoMinutes.recommended) / speedup / 1_000 + DATABASE_SECONDS;
      freeAt[worker] = endedAt;
      return { queuedAt, startedAt, endedAt, seenAt: seenAt(queuedAt, endedAt) };
    });
  });
}

/** As src/lib/uploads.ts asks: less and less often. */
function seenAt(publishedAt: number, endedAt: number): number {
  let at = publishedAt;
  for (
    let pause: number = POLL_SECONDS.first;
    at < endedAt;
    pause = Math.min(pause * POLL_SECONDS.factor, POLL_SECONDS.most)
  ) {
    at += pause;
  }
  return at;
}

function reachesRate(videos: readonly Video[], windows: readonly Window[], speedup: number): boolean {
  const judged = windows.filter(
    ({ phase, fromMs, toMs }) => RATE.phases.includes(phase) && ((toMs - fromMs) / 1_000) * speedup >= JUDGED_SECONDS,
  );
  assert.ok(judged.length > 0);
  return judged.every(({ fromMs, toMs }) => {
    const seen = videos.filter((video) => video.seenAt >= fromMs / 1_000 && video.seenAt < toMs / 1_000).length;
    return (seen * 3_600_000) / ((toMs - fromMs) * speedup) >= RATE.atLeastPerHour;
  });
}

function keepsQueueShort(videos: readonly Video[], windows: readonly Window[], random: Random): boolean {
  return windows.every(({ fromMs, toMs }) => {
    for (let atMs = fromMs + random.next() * LOOK_EVERY_MS; atMs < toMs; atMs += LOOK_EVERY_MS) {
      const waiting = videos.filter(({ queuedAt, startedAt }) => queuedAt <= atMs / 1_000 && startedAt > atMs / 1_000);
      if (!isWithin(waiting.length, QUEUE.limit)) return false;
    }
    return true;
  });
}

function criterion(id: string) {
  return CRITERIA.find((each) => each.id === id)!;
}
