import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordSignals } from '../../gate/observe/record.ts';
import type { Source } from '../../gate/observe/source.ts';
import { sourcesOf } from '../../gate/observe/sources.ts';
import { readSettings } from '../../src/wire/settings.ts';
import type { SignalName } from '../../src/wire/signals.ts';
import { as, CREATORS, type Embedded, STUDENTS, startPlatform } from '../platform/embedded.ts';

const CONNECTIONS = 20;
const LOAD_MS = 10_500;

/** Signals and the level that each is of, with what turns the level into the signal. */
const SIGNALS: readonly [SignalName, string, number][] = [
  ['db_connections_used_ratio', 'db_connections_used', 1 / CONNECTIONS],
  ['db_pool_waiting', 'db_connections_waiting', 1],
  ['queue_depth', 'queue_depth', 1],
];

/** What `GET /__truth/levels` answers. */
type Levels = Record<string, [second: number, low: number, high: number, last: number][]>;

let platform: Embedded;
before(async () => {
  // A connection is held as long as an answer takes, and videos wait for the only worker: levels rise, fall, and stay.
  platform = await startPlatform(
    'free',
    {
      aiSlowdown: 1,
      aiRequestsPerMinute: 4_000,
      aiInputTokensPerMinute: 1e7,
      aiOutputTokensPerMinute: 1e7,
      connectionLimit: CONNECTIONS,
    },
    { PROCESSING_SPEEDUP: '120' },
  );
});
after(() => platform.stop());

/** So many people ask again and again, each after a while of its own. */
async function chat(people: number, untilMs: number): Promise<void> {
  const ask = await as(platform, STUDENTS.find(({ tier }) => tier === 'enterprise')!);
  await Promise.all(
    Array.from({ length: people }, async (_, person) => {
      for (let turn = 0; Date.now() < untilMs; turn++) {
        await ask('POST', '/api/chat', { message: `Person ${person}, question ${turn}?` });
        await sleep(((person * 37 + turn * 101) % 20) * 100);
      }
    }),
  );
}

async function publish(untilMs: number): Promise<void> {
  const creator = await as(platform, CREATORS.find(({ tier }) => tier === 'enterprise')!);
  for (let number = 0; Date.now() < untilMs; number++) {
    const file = { filename: 'a.mp4', contentType: 'video/mp4', fileSize: 8, title: `Video ${number}` };
    const { body } = await creator('POST', '/api/video/upload-url', file);
    await fetch(body.uploadUrl, { method: 'PUT', body: new Uint8Array(8), headers: { 'Content-Type': 'video/mp4' } });
    await creator('POST', '/api/video/create', { videoId: body.videoId });
    await sleep(700);
  }
}

/** Where the level stood in these seconds (Unix s). */
function boundsIn(levels: Levels, level: string, from: number, to: number): { low: number; high: number } {
  const changes = levels[level]!;
  const inside = changes.filter(([second]) => second >= from && second <= to);
  const before = changes.filter(([second]) => second < from).at(-1)?.[3] ?? 0;
  // What stood before a second is within the bounds of its first change.
  const isCovered = inside[0]?.[0] === from;
  const lows = inside.map(([, low]) => low);
  const highs = inside.map(([, , high]) => high);
  return {
    low: Math.min(...lows, ...(isCovered ? [] : [before])),
    high: Math.max(...highs, ...(isCovered ? [] : [before])),
  };
}

/** The same source, which writes down when its looks began (Unix ms). */
function timed(source: Source, begun: number[]): Source {
  return {
    ...source,
    look() {
      begun.push(Date.now());
      return source.look();
    },
  };
}

test('signals are recorded as the platform itself has them at the same second', async () => {
  const startMs = Date.now();
  const target = readSettings({ BASE_URL: platform.url, METRICS_URL: `${platform.url}/metrics` });
  // Each looks once in 5 s; begun apart, they see more of the load.
  const recorders = [0, 400, 800, 1_200, 1_600, 2_000, 2_400, 2_800].map((lateMs) => {
    const begunMs: number[] = [];
    const page = timed(sourcesOf(target)[0]!, begunMs);
    return { startMs: startMs + lateMs, begunMs, recorder: recordSignals([page], startMs + lateMs) };
  });
  await Promise.all([chat(12, startMs + LOAD_MS), publish(startMs + LOAD_MS)]);
  const records = await Promise.all(recorders.map(({ recorder }) => recorder.stop()));
  const levels = (await (await fetch(`${platform.url}/__truth/levels`)).json()) as Levels;

  let exact = 0;
  let compared = 0;
  const seen: Record<string, Set<number>> = {};
  for (const [index, { readings, sources }] of records.entries()) {
    const { startMs, begunMs } = recorders[index]!;
    assert.equal(sources[0]!.failed, 0);
    for (const [signal, level, factor] of SIGNALS) {
      for (const { atMs, value } of readings.filter((reading) => reading.signal === signal)) {
        const toMs = startMs + atMs;
        const fromMs = begunMs.findLast((ms) => ms <= toMs)!;
        const bounds = boundsIn(levels, level, Math.floor(fromMs / 1_000), Math.floor(toMs / 1_000));
        const [low, high] = [bounds.low * factor, bounds.high * factor];
        assert.ok(
          value >= low - 1e-9 && value <= high + 1e-9,
          `${signal} ${value} at ${toMs}, in truth ${low} to ${high}`,
        );
        compared++;
        if (low === high) exact++;
        seen[signal] ??= new Set();
        seen[signal].add(value);
      }
    }
  }
  assert.ok(compared >= 30, String(compared));
  assert.ok(exact >= compared / 3, `${exact} of ${compared}`);
  assert.ok(seen.db_connections_used_ratio!.size >= 3, [...seen.db_connections_used_ratio!].join());
  assert.ok(seen.queue_depth!.size >= 3, [...seen.queue_depth!].join());
});
