import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Monitor } from '../../gate/observe/monitor.ts';
import { type Frame, monitorFrame } from '../../gate/observe/monitor-screen.ts';
import { WatchRecord } from '../../gate/observe/watch-record.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import type { SignalName } from '../../src/wire/signals.ts';

const SECOND = 1_000;
const FRAME: Frame = {
  ...{ nowMs: 0, startMs: 0, plannedMs: null, target: 'staging.example.com' },
  ...{ columns: 80, rows: 40, coloured: false },
};

function monitor(): Monitor {
  return new Monitor(new WatchRecord('app', 0, null), 0, () => undefined);
}

function look(
  seconds: number,
  values: Partial<Record<SignalName, number>>,
  more: Partial<SourceLook> = {},
): SourceLook {
  const told = Object.entries(values).map(([signal, value]) => ({ signal: signal as SignalName, value, ageMs: 0 }));
  return { source: 'metrics of app', everyMs: 5_000, atMs: seconds * SECOND, values: told, ...more };
}

/** A queue that grows beyond its limit after a minute, beside connections that are fine. */
function busy(): Monitor {
  const made = monitor();
  for (let seconds = 0; seconds <= 240; seconds += 5) {
    made.looked(look(seconds, { queue_depth: seconds / 2, db_connections_used_ratio: 0.41, memory_bytes: 512e6 }));
  }
  return made;
}

const lineOf = (lines: readonly string[], begin: string) => lines.find((line) => line.startsWith(begin)) ?? '';

test('a signal has its value, picture, limit, age and state in one line', () => {
  const lines = monitorFrame(busy(), { ...FRAME, nowMs: 242 * SECOND });
  assert.equal(lineOf(lines, 'DB conn'), 'DB connections         41 %      ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄  < 80 %        2 s  ok');
  assert.equal(
    lineOf(lines, 'queue'),
    'queue depth             120      ▁▁▂▂▃▃▄▄▄▅▅▆▆▇▇███  < 50          2 s  FIRING',
  );
  assert.match(lineOf(lines, 'memory'), /^memory {15}512 MB +█+ +2 s$/);
  assert.equal(lineOf(lines, 'cache'), 'cache hits        not measured');
});

test('what fires is said below, and for how long', () => {
  const lines = monitorFrame(busy(), { ...FRAME, nowMs: 250 * SECOND });
  // Beyond 50 from 100 s on, and for two minutes.
  assert.equal(lines.at(-1), 'FIRING  PlatformQueueDeep, 30 s: Video processing falls behind');
  const pending = monitor();
  for (const seconds of [0, 5, 10]) pending.looked(look(seconds, { queue_depth: 60 }));
  assert.equal(
    monitorFrame(pending, { ...FRAME, nowMs: 12 * SECOND }).at(-1),
    'pending PlatformQueueDeep, 12 s of 2 min: Video processing falls behind',
  );
});

test('a value that is no longer told is stale, and never ok', () => {
  const lines = monitorFrame(busy(), { ...FRAME, nowMs: 260 * SECOND });
  assert.match(lineOf(lines, 'DB conn'), / 20 s {2}stale$/);
});

test('a source that does not answer says why', () => {
  const made = busy();
  made.looked(look(242, {}, { problem: 'it answers 401; check METRICS_AUTHORIZATION' }));
  assert.equal(
    monitorFrame(made, { ...FRAME, nowMs: 243 * SECOND }).at(-1),
    'metrics of app: it answers 401; check METRICS_AUTHORIZATION',
  );
});

test('the run in progress is shown with its users and latency', () => {
  const made = busy();
  made.ran(
    {
      ...{ pid: 1, test: 'chat', profile: 'standard', startedMs: 200 * SECOND, plannedMs: 410 * SECOND },
      ...{ windows: [], baseUrl: 'http://127.0.0.1:1', isEmbedded: true, samples: [] },
    },
    200 * SECOND,
  );
  for (let seconds = 200; seconds <= 240; seconds++) {
    made.progressed(
      {
        ...{ atMs: (seconds - 200) * SECOND, plannedMs: 410 * SECOND, phase: 'stress', users: 1_000 },
        ...{ route: 'POST /api/chat', perSecond: 55.25, p95: 2_410, failed: 0.004 },
      },
      seconds * SECOND,
    );
  }
  const lines = monitorFrame(made, { ...FRAME, nowMs: 241 * SECOND });
  assert.equal(lines[2], 'run chat standard: stress, 0:40 of 6:50, 55.3/s POST /api/chat, failed 0.4 %');
  assert.equal(lines[3], 'users                 1,000                    ████');
  made.ran(undefined, 242 * SECOND);
  // The embedded platform has ended with its run, and what it told with it.
  assert.deepEqual(monitorFrame(made, { ...FRAME, nowMs: 242 * SECOND }).slice(3), ['no readings yet']);
  assert.equal(lines[4], 'p95                  2.41 s                    ████');
});

test('what a run has told before the monitor began is in the picture, and in nothing else', () => {
  const record = new WatchRecord('app', 200 * SECOND, null);
  const told: string[] = [];
  const late = new Monitor(record, 200 * SECOND, ({ type }) => told.push(type));
  for (const seconds of [100, 150, 199]) late.looked(look(seconds, { queue_depth: 60 }, { counts: { requests: 5 } }));
  late.evaluate(203 * SECOND);
  const lines = monitorFrame(late, { ...FRAME, nowMs: 203 * SECOND });
  assert.match(lineOf(lines, 'queue'), /60 +█[█ ]*█ +< 50 +4 s {2}pending$/);
  assert.deepEqual([told, record.report(203 * SECOND, true).stretches], [['alert'], []]);
});

test('no line is wider than the terminal, and colours change no letter', () => {
  for (const columns of [40, 80, 200]) {
    const frame = { ...FRAME, nowMs: 242 * SECOND, columns };
    const plain = monitorFrame(busy(), frame);
    assert.ok(
      plain.every((line) => [...line].length <= columns),
      `${columns}: ${plain.join('\n')}`,
    );
    assert.ok(plain.every((line) => !line.includes('\u001b')));
    const coloured = monitorFrame(busy(), { ...frame, coloured: true });
    assert.ok(coloured.some((line) => line.includes('\u001b[31m')));
    assert.deepEqual(
      coloured.map((line) => stripVTControlCharacters(line).trimEnd()),
      plain,
    );
  }
});

test('a terminal of few lines still shows what is promised and what fires', () => {
  const lines = monitorFrame(busy(), { ...FRAME, nowMs: 242 * SECOND, rows: 9 });
  assert.equal(lines.length, 9);
  assert.match(lineOf(lines, 'queue depth'), /FIRING$/);
  assert.match(lines.at(-1)!, /^FIRING {2}PlatformQueueDeep/);
  assert.equal(lineOf(lines, '…'), '… 5 more');
});
