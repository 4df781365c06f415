import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, test } from 'node:test';
import { createGzip, gzipSync } from 'node:zlib';
import { foldTimeline, type TimelineInput } from '../../gate/runs/samples/timeline.ts';
import { Latencies } from '../../gate/runs/samples/timeline-histogram.ts';
import type { Timeline } from '../../src/wire/timeline.ts';
import { phasesOf, windowsOf } from '../../src/workloads.ts';
import { k6Csv, type MadeRequest, madeRequests, usersAt } from './k6-csv.ts';

const START = '2026-03-01T10:00:00.250Z';
const START_MS = Date.parse(START);
const HEADER =
  'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-timeline-'));
});
after(() => rm(folder, { recursive: true }));

const input = (seconds: number): TimelineInput => ({
  runId: 'run-1',
  startedAt: START,
  endedAt: new Date(START_MS + seconds * 1000).toISOString(),
  generator: [],
  signals: [],
});

async function foldRows(rows: string[], seconds = 600): Promise<Timeline> {
  const path = join(folder, 'rows.csv');
  await writeFile(path, [HEADER, ...rows, ''].join('\n'));
  return foldTimeline(path, input(seconds));
}

/** A row of http_req_duration as k6 writes it. */
const request = (time: number | string, ms: number, route = 'GET /a', extra = 'phase=peak', status = 200, error = '') =>
  `http_req_duration,${time},${ms.toFixed(6)},,${error},,${status === 200},,GET,${route},HTTP/1.1,students,,${status},,,${route},${extra},`;

describe('a made chat run', () => {
  const windows = windowsOf('chat', phasesOf('chat', 'standard'));
  let requests: MadeRequest[];
  let timeline: Timeline;

  before(async () => {
    requests = madeRequests(windows, 7);
    const path = join(folder, 'samples.csv.gz');
    await pipeline(
      Readable.from(k6Csv(requests, START_MS, windows)),
      createGzip({ level: 1 }),
      createWriteStream(path),
    );
    timeline = await foldTimeline(path, input(380));
  });

  test('has every request in its second, phase and route', () => {
    const key = (second: number, phase: string, route: string) => `${second} ${phase} ${route}`;
    const wanted = new Map<string, number>();
    for (const { sentMs, ms, phase, route } of requests) {
      // k6 stamps whole milliseconds of the end.
      const second = Math.floor((Math.round(sentMs + ms) - Number(ms.toFixed(6))) / 1000);
      const name = key(second, phase, route);
      wanted.set(name, (wanted.get(name) ?? 0) + 1);
    }
    const found = new Map<string, number>();
    for (const [second, phase, route, count] of timeline.cells) {
      const name = key(second, timeline.phases[phase]!, timeline.routes[route]!);
      found.set(name, (found.get(name) ?? 0) + count);
    }
    assert.deepEqual(new Map([...found].sort()), new Map([...wanted].sort()));
  });

  test('has percentiles within 0.1 % of the exact ones, by phase and route', () => {
    for (const { phase, route, latency, requests: count, failed } of timeline.latencies) {
      const mine = requests.filter(
        (made) => made.phase === timeline.phases[phase] && made.route === timeline.routes[route],
      );
      const exact = mine
        .filter(({ kind }) => kind === '')
        .map(({ ms }) => ms)
        .sort((a, b) => a - b);
      assert.equal(count, mine.length);
      assert.equal(failed, mine.length - exact.length);
      const latencies = new Latencies().merge(latency);
      for (const percent of [50, 95, 99]) {
        const value = exact[Math.ceil((percent / 100) * exact.length) - 1]!;
        assert.ok(Math.abs(latencies.percentile(percent)! / value - 1) <= 0.001);
      }
    }
  });

  test('has cells whose histograms merge into that of the whole phase', () => {
    const peak = timeline.phases.indexOf('peak');
    const chat = timeline.routes.indexOf('POST /api/chat');
    const merged = new Latencies();
    for (const [, phase, route, , , latency] of timeline.cells) {
      if (phase === peak && route === chat) merged.merge(latency);
    }
    const whole = timeline.latencies.find(({ phase, route }) => phase === peak && route === chat)!;
    assert.equal(merged.encoded(), whole.latency);
  });

  test('counts failures by kind', () => {
    for (const [index, kind] of timeline.kinds.entries()) {
      const counted = timeline.failures.reduce((sum, cell) => sum + (cell[3] === index ? cell[4] : 0), 0);
      assert.equal(counted, requests.filter((made) => made.kind === kind).length, kind);
    }
    assert.ok(timeline.kinds.includes('rate-limited'));
  });

  test('adds up the parts of Server-Timing', () => {
    const ai = timeline.parts.indexOf('ai');
    const rows = timeline.serverTime.filter((row) => row[3] === ai);
    const exact = requests.map(({ parts }) => parts.ai ?? 0);
    assert.equal(
      rows.reduce((sum, row) => sum + row[4], 0),
      exact.filter((ms) => ms > 0).length,
    );
    const total = exact.reduce((sum, ms) => sum + ms, 0);
    assert.ok(Math.abs(rows.reduce((sum, row) => sum + row[5], 0) / total - 1) < 1e-6);
  });

  test('knows the users of each second', () => {
    assert.equal(timeline.users[100], usersAt(windows, 100_000));
    assert.equal(timeline.users[350], usersAt(windows, 350_000));
  });

  test('keeps the 20 slowest requests, slowest first', () => {
    const slowest = requests.map(({ ms }) => Number(ms.toFixed(6))).sort((a, b) => b - a);
    assert.deepEqual(
      timeline.slowest.map(({ ms }) => ms),
      slowest.slice(0, 20),
    );
  });

  test('keeps one sample of each look of failure', () => {
    const looks = new Set(requests.filter(({ kind }) => kind).map(({ status, error }) => `${status} ${error}`));
    assert.deepEqual(new Set(timeline.errors.map(({ status, message }) => `${status} ${message}`)), looks);
    assert.equal(
      timeline.errors.reduce((sum, { count }) => sum + count, 0),
      requests.filter(({ kind }) => kind).length,
    );
  });
});

test('a timestamp counts the same in seconds, milliseconds and microseconds', async () => {
  const at = START_MS + 4_750;
  const timeline = await foldRows([request(Math.floor(at / 1000), 1), request(at, 1), request(at * 1000, 1)]);
  assert.deepEqual(
    timeline.cells.map(([second, , , count]) => [second, count]),
    [[4, 3]],
  );
});

test('a request belongs to the second in which it was sent, not answered', async () => {
  const timeline = await foldRows([request(START_MS + 9_100, 8_000)]);
  assert.equal(timeline.cells[0]![0], 1);
  assert.equal(timeline.slowest[0]!.atMs, 1_100);
});

test('a request that comes long after its second was sealed still adds up', async () => {
  const timeline = await foldRows([
    request(START_MS + 1_500, 100),
    request(START_MS + 400_000, 100),
    request(START_MS + 401_500, 400_000),
  ]);
  const early = timeline.cells.filter(([second]) => second === 1);
  assert.equal(
    early.reduce((sum, [, , , count]) => sum + count, 0),
    2,
  );
});

test('tags are read in any order', async () => {
  const failure = (tags: string) => `failures,${START_MS},1.000000,,,,,,,GET /a,,students,,,,,,${tags},`;
  const timeline = await foldRows([failure('phase=peak&kind=timeout'), failure('kind=timeout&phase=peak')]);
  assert.deepEqual(timeline.failures, [[0, 0, 0, 0, 2]]);
  assert.deepEqual([timeline.phases, timeline.routes, timeline.kinds], [['peak'], ['GET /a'], ['timeout']]);
});

test('quoted names and errors are taken apart, line breaks included', async () => {
  const timeline = await foldRows([
    request(START_MS, 5, '"GET /a ""q"", x"', 'phase=peak', 0, '"first, ""second""\nthird"'),
    request(START_MS, 5),
  ]);
  assert.deepEqual(timeline.routes, ['GET /a "q", x', 'GET /a']);
  assert.equal(timeline.errors[0]!.message, 'first, "second"\nthird');
  assert.equal(timeline.samples.unreadable, 0);
});

test('the error of a row that nobody wants may go on in the next line, too', async () => {
  const unwanted = request(START_MS, 5, 'GET /a', '', 0, '"first\nsecond\nthird"').replace(
    /^[^,]*/,
    'http_req_blocked',
  );
  const timeline = await foldRows([unwanted, request(START_MS, 5)]);
  assert.deepEqual([timeline.samples.rows, timeline.samples.unreadable], [2, 0]);
  assert.deepEqual(timeline.errors, []);
});

test('garbage between rows is counted and costs no other row', async () => {
  const timeline = await foldRows([
    request(START_MS, 5),
    'no row at all',
    '',
    '\u0000\u0001,,,',
    'http_req_duration,1772359200,abc,,,,true,,GET,GET /a,,,,200,,,,,',
    'http_req_duration,1772359200,5',
    request(START_MS, 5, '"never closed'),
    request(START_MS, 5),
  ]);
  assert.equal(timeline.samples.unreadable, 6);
  assert.equal(
    timeline.cells.reduce((sum, [, , , count]) => sum + count, 0),
    2,
  );
});

test('a last line that was cut off is left out, and said', async () => {
  const path = join(folder, 'cut.csv');
  const rows = `${HEADER}\n${request(START_MS, 5)}\n${request(START_MS, 5).slice(0, 60)}`;
  await writeFile(path, rows);
  const timeline = await foldTimeline(path, input(60));
  assert.equal(timeline.cells[0]![3], 1);
  assert.equal(timeline.samples.truncated, true);
});

test('a gzip stream that was cut off is read as far as it goes', async () => {
  const path = join(folder, 'cut.csv.gz');
  const rows = Array.from({ length: 20_000 }, (_, index) => request(START_MS + index, (index * 7919) % 1000));
  const packed = gzipSync([HEADER, ...rows, ''].join('\n'));
  await writeFile(path, packed.subarray(0, packed.length / 2));
  const timeline = await foldTimeline(path, input(60));
  assert.equal(timeline.samples.truncated, true);
  assert.ok(timeline.samples.rows > 5_000);
});

test('an empty file is a run without samples', async () => {
  const path = join(folder, 'empty.csv');
  await writeFile(path, '');
  const timeline = await foldTimeline(path, input(60));
  assert.deepEqual(timeline.cells, []);
  assert.deepEqual(timeline.samples, { rows: 0, unreadable: 0, truncated: false, outside: 0 });
});

test('a file that is not from k6 is refused with one line', async () => {
  const path = join(folder, 'other.csv');
  await writeFile(path, 'date,amount\n2026-01-01,5\n');
  await assert.rejects(foldTimeline(path, input(60)), { message: /is not k6's CSV output/ });
});

test('samples of another day are counted as outside', async () => {
  const timeline = await foldRows([request(START_MS - 86_400_000, 5), request(START_MS + 86_400_000, 5)]);
  assert.equal(timeline.samples.outside, 2);
  assert.deepEqual(timeline.cells, []);
});

test('10,000 distinct error messages keep 200 samples and a count of the rest', async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) =>
    request(START_MS + 1000, 5, 'GET /a', 'phase=peak', 500, `message ${index}`),
  );
  const timeline = await foldRows(rows);
  assert.equal(timeline.errors.length, 200);
  assert.equal(timeline.otherErrors, 9_800);
});

test('10,000 distinct route names share one name after the first 64', async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => request(START_MS + 1000, 5, `GET /a/${index}`));
  const timeline = await foldRows(rows);
  assert.ok(timeline.routes.length <= 65);
  assert.equal(
    timeline.cells.reduce((sum, [, , , count]) => sum + count, 0),
    10_000,
  );
});

test('a request id is kept where the test sent one', async () => {
  const timeline = await foldRows([`${request(START_MS, 5)}vu=3&request_id=r-42`]);
  assert.equal(timeline.slowest[0]!.requestId, 'r-42');
});
