import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WatchRecord } from '../../gate/observe/watch-record.ts';
import { watchReport, watchVerdict } from '../../gate/observe/watch-report.ts';
import type { SourceLook } from '../../src/wire/looks.ts';

const START = Date.parse('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;

function look(seconds: number, more: Partial<SourceLook> = {}): SourceLook {
  const values = [{ signal: 'queue_depth', value: seconds, ageMs: 0 } as const];
  return { source: 'metrics of app', everyMs: 5_000, atMs: START + seconds * 1_000, values, ...more };
}

test('a signal is told by its lowest, mean and highest', () => {
  const record = new WatchRecord('app', START, 60_000);
  for (const seconds of [5, 10, 30]) record.look(look(seconds, { everyMs: 15_000 }));
  const { signals, notMeasured } = record.report(START + 60_000, false);
  assert.deepEqual(signals, [{ signal: 'queue_depth', readings: 3, low: 5, mean: 15, high: 30, limitText: '< 50' }]);
  assert.deepEqual(notMeasured.includes('queue_depth'), false);
  assert.deepEqual(notMeasured.includes('chat_p95_ms'), true);
});

test('errors are added up by kind in at most 24 stretches, and a kind that nobody counts is no 0', () => {
  const record = new WatchRecord('app', START, HOUR);
  record.look(look(10, { counts: { requests: 100, 'server errors': 2 } }));
  record.look(look(20, { counts: { requests: 100 } }));
  record.look(look(400, { counts: { requests: 50, 'server errors': 5 } }));
  const { stretchMs, stretches } = record.report(START + HOUR, false);
  assert.equal(stretchMs, 300_000);
  assert.deepEqual(
    stretches.map(({ from, counts }) => [from, counts]),
    [
      ['2026-11-24T12:00:00.000Z', { requests: 200, 'server errors': 2 }],
      ['2026-11-24T12:05:00.000Z', { requests: 50, 'server errors': 5 }],
    ],
  );
});

test('a watch without an end goes on in longer stretches, and loses nothing by it', () => {
  const record = new WatchRecord('app', START, null);
  for (let seconds = 0; seconds < 7_200; seconds += 5) record.look(look(seconds, { counts: { refused: 1 } }));
  const { stretchMs, stretches } = record.report(START + 2 * HOUR, true);
  assert.equal(stretchMs, 300_000);
  assert.equal(stretches.length, 24);
  assert.deepEqual(new Set(stretches.map(({ counts }) => counts.refused)), new Set([60]));
});

test('a problem is noted when it begins and when it ends, however long it lasts', () => {
  const record = new WatchRecord('app', START, HOUR);
  const problems = [undefined, 'it answers 401', 'it answers 401', undefined];
  problems.forEach((problem, index) => {
    record.look(look(index * 5, problem === undefined ? {} : { problem, values: [] }));
  });
  assert.deepEqual(
    record.report(START + HOUR, false).notes.map(({ at, text }) => [at.slice(11, 19), text]),
    [
      ['12:00:05', 'it answers 401'],
      ['12:00:15', 'all is well again'],
    ],
  );
});

test('all is well only when every source has answered nearly always', () => {
  const outcomeOf = (failing: (index: number) => boolean, skipped: (index: number) => boolean = () => false) => {
    const record = new WatchRecord('app', START, 100_000);
    for (let index = 0; index < 20; index++) {
      if (!skipped(index)) record.look(look(index * 5, failing(index) ? { values: [], problem: 'it hangs' } : {}));
    }
    const { outcome, reasons } = record.report(START + 100_000, false);
    return [outcome, ...reasons];
  };
  assert.deepEqual(
    outcomeOf((index) => index < 2),
    ['well'],
  );
  assert.deepEqual(
    outcomeOf((index) => index < 3),
    ['inconclusive', 'metrics of app: it answered 17 of 20 times'],
  );
  // The machine slept: nobody failed, and nobody looked.
  assert.deepEqual(
    outcomeOf(
      () => false,
      (index) => index > 3 && index < 16,
    ),
    ['inconclusive', 'metrics of app: it answered 8 of 20 times'],
  );
  assert.deepEqual(
    outcomeOf(() => true),
    [
      'inconclusive',
      'nothing was measured that is promised of the server',
      'metrics of app: it answered 0 of 20 times',
    ],
  );
});

test('the report says what fired and when, in Markdown whose tables line up', () => {
  const record = new WatchRecord('staging.example.com', START, HOUR);
  record.look(look(10, { counts: { requests: 200, 'server errors': 7, 'rate limited': 1 } }));
  record.look({
    ...{ source: 'health of app', everyMs: 5_000, atMs: START + 11_000 },
    values: [{ signal: 'healthy', value: 0, ageMs: 0 }],
    problem: 'it answers 502, and no health',
  });
  record.fired(
    { alert: 'PlatformQueueDeep', signal: 'queue_depth', severity: 'warning', text: '63 videos | more' },
    START + 130_000,
  );
  record.resolved('queue_depth', START + 600_000);
  record.fired(
    { alert: 'PlatformErrorsHigh', signal: 'failed_requests_ratio', severity: 'critical', text: '3.5 % fail' },
    START + 700_000,
  );
  const watch = record.report(START + HOUR, false);
  const report = watchReport(watch);
  assert.equal(
    watchVerdict(watch),
    'ALERTS: 2 fired in 1:00:00, 1 still firing. Not measured: DB connections, cache hits, AI headroom, chat p95, errors.',
  );
  assert.ok(
    report.startsWith('# Watch of staging.example.com, 2026-11-24\n\n12:00:00 to 13:00:00 UTC. ALERTS: 2 fired'),
  );
  for (const line of [
    '| PlatformQueueDeep  | warning  | 12:02:10 | 12:10:00     | 63 videos \\| more |',
    '| PlatformErrorsHigh | critical | 12:11:40 | still firing | 3.5 % fail        |',
    '| 12:00:00 | 200      | 7 (3.5 %)     | 1            | 1 of 1    |',
    '| 12:00:11 | health of app | it answers 502, and no health |',
  ]) {
    assert.ok(report.includes(`\n${line}\n`), `${line}\nis not in\n${report}`);
  }
});

test('a watch over midnight writes the day with each time, and a cut one how much is missing', () => {
  const record = new WatchRecord('app', START, 24 * HOUR);
  record.look(look(13 * 3_600));
  const watch = record.report(START + 13 * HOUR, true);
  assert.match(
    watchReport(watch),
    /\n11-24 12:00:00 to 11-25 01:00:00 UTC\. Well: no alert fired in 13:00:00 of 24:00:00 \(interrupted\)\./,
  );
});
