import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignalHistory } from '../../src/wire/signal-history.ts';
import { recipes } from '../../src/wire/signal-recipes.ts';
import { SIGNALS, type SignalName } from '../../src/wire/signals.ts';

/** Reads pages that come 5 s apart. @returns the signals of each */
function signalsOf(pages: string[], everyMs = 5_000): Partial<Record<SignalName, number>>[] {
  const history = new SignalHistory();
  return pages.map((page, index) => {
    const read = history.read(page, { atMs: index * everyMs, serverMs: index * everyMs });
    assert.ok(read.ok, read.ok ? '' : read.problem);
    return Object.fromEntries(read.values.map(({ signal, value }) => [signal, value]));
  });
}

const cache = (hits: number, misses: number) =>
  `platform_cache_hits_total ${hits}\nplatform_cache_misses_total ${misses}`;

test('every recipe makes a signal of the catalogue, and every signal is told apart', () => {
  const names = SIGNALS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    recipes().filter(({ signal }) => !names.includes(signal)),
    [],
  );
});

test('gauges are added up over their series and divided', () => {
  const [signals] = signalsOf([
    'connection_stats_connection_count{username="authenticator"} 30\n' +
      'connection_stats_connection_count{username="other"} 15\nmax_connections_connection_count 60',
  ]);
  assert.equal(signals!.db_connections_used_ratio, 0.75);
});

test('a share of counters is that of their increase, not of all time', () => {
  const signals = signalsOf([cache(1_000_000, 0), cache(1_000_150, 150)]);
  assert.deepEqual(signals, [{}, { cache_hit_ratio: 0.5 }]);
});

test('a share waits until enough was counted, over a minute at most', () => {
  // 120 look-ups each 5 s: two stretches have more than 200, one has not.
  const signals = signalsOf([cache(0, 0), cache(60, 60), cache(180, 60), cache(300, 60)]);
  assert.deepEqual(
    signals.map(({ cache_hit_ratio }) => cache_hit_ratio),
    [undefined, undefined, 0.75, 1],
  );
  // 10 each 5 s are 120 in a minute.
  const rare = signalsOf(Array.from({ length: 40 }, (_, index) => cache(index * 10, 0)));
  assert.deepEqual(new Set(rare.map(({ cache_hit_ratio }) => cache_hit_ratio)), new Set([undefined]));
});

test('a counter that begins anew has counted what it shows', () => {
  // 100 more, then a restart and 300 hits and 100 misses since.
  const signals = signalsOf([cache(5_000, 5_000), cache(5_100, 5_100), cache(300, 100)]);
  assert.equal(signals[1]!.cache_hit_ratio, 0.5);
  assert.equal(signals[2]!.cache_hit_ratio, 0.75);
});

test('a series that is gone for a page has not counted from nothing when it is back', () => {
  const signals = signalsOf([cache(5_000, 5_000), 'platform_cache_misses_total 5000', cache(5_300, 5_100)]);
  assert.equal(signals[1]!.cache_hit_ratio, undefined);
  assert.equal(signals[2]!.cache_hit_ratio, 0.75);
});

test('a status that turns up for the first time has counted from nothing', () => {
  const requests = (ok: number, failed?: number) =>
    `platform_http_request_duration_seconds_count{route="POST /api/chat",status="200"} ${ok}` +
    (failed === undefined
      ? ''
      : `\nplatform_http_request_duration_seconds_count{route="POST /api/chat",status="502"} ${failed}`);
  const signals = signalsOf([requests(1_000), requests(1_100), requests(1_180, 20)]);
  assert.equal(signals[1]!.failed_requests_ratio, 0);
  assert.equal(signals[2]!.failed_requests_ratio, 0.2);
});

test('a percentile is what Prometheus’ histogram_quantile gives of the increase', () => {
  const page = (counts: number[]) => {
    const bounds = ['0.5', '1', '5', '+Inf'];
    const at = (le: string, status: string, count: number) =>
      `platform_http_request_duration_seconds_bucket{le="${le}",route="POST /api/chat",status="${status}"} ${count}`;
    return [
      ...bounds.flatMap((le, index) => [at(le, '200', counts[index]!), at(le, '502', 0)]),
      `platform_http_request_duration_seconds_count{route="POST /api/chat",status="200"} ${counts[3]}`,
      'platform_http_request_duration_seconds_bucket{le="0.5",route="GET /api/health",status="200"} 0',
      'platform_http_request_duration_seconds_bucket{le="+Inf",route="GET /api/health",status="200"} 9999',
    ].join('\n');
  };
  const [, second, third] = signalsOf([
    page([100, 100, 100, 100]),
    page([150, 180, 200, 200]),
    page([150, 180, 200, 300]),
  ]);
  // 100 answers: 50 up to 0.5 s, 30 up to 1 s, 20 up to 5 s. Rank 95 lies 15/20 into the last: 1 + 4 x 0.75 = 4 s.
  assert.equal(second!.chat_p95_ms, 4_000);
  // All beyond the last finite bound: that bound.
  assert.equal(third!.chat_p95_ms, 5_000);
});

test('the scarcest of three limits is the headroom', () => {
  const [signals] = signalsOf([
    `platform_ai_requests_limit 4000\nplatform_ai_requests_remaining 3600
platform_ai_input_tokens_limit 2000000\nplatform_ai_input_tokens_remaining 400000
platform_ai_output_tokens_limit 400000\nplatform_ai_output_tokens_remaining 20000`,
  ]);
  assert.equal(signals!.ai_requests_remaining_ratio, 0.9);
  assert.equal(signals!.ai_tokens_remaining_ratio, 0.05);
  assert.equal(signals!.ai_remaining_ratio, 0.05);
});

test('NaN, a division by nothing and infinity are no readings', () => {
  const [signals] = signalsOf([
    'platform_event_loop_delay_p99_seconds Nan\nplatform_db_connections_used 0\nplatform_db_connections_limit 0\nplatform_queue_depth +Inf',
  ]);
  assert.deepEqual(signals, {});
});

test('a program in Go is not taken for the app, though it names its memory alike', () => {
  const go = 'process_resident_memory_bytes{service_type="gotrue"} 5e7\ngo_threads 9';
  assert.deepEqual(signalsOf([go]), [{}]);
  assert.deepEqual(signalsOf([`${go}\nnodejs_version_info{version="v20.20.2"} 1`]), [{ memory_bytes: 5e7 }]);
});

test('a page that somebody has kept ages, and its counters don’t stand still', () => {
  const history = new SignalHistory();
  const page = (seconds: number, hits: number) => `process_cpu_seconds_total ${seconds}\n${cache(hits, 100)}`;
  const ages = [page(1, 1_000), page(2, 1_300), page(2, 1_300), page(2, 1_300), page(3, 1_600)].map((text, index) => {
    const read = history.read(text, { atMs: index * 5_000, serverMs: index * 5_000 });
    return read.ok ? read.values.map(({ value, ageMs }) => [value, ageMs]) : [];
  });
  assert.deepEqual(ages, [[], [[1, 0]], [[1, 5_000]], [[1, 10_000]], [[1, 0]]]);
});

test('a page without any clock of its own may well be the same twice', () => {
  const history = new SignalHistory();
  for (const atMs of [0, 5_000]) {
    const read = history.read('inngest_queue_depth 0', { atMs, serverMs: atMs });
    assert.deepEqual(read.ok && read.values, [{ signal: 'queue_depth', value: 0, ageMs: 0 }]);
  }
});

test('times of the exporter’s own tell the age, by its own clock', () => {
  const read = (page: string, serverMs: number) => {
    const answer = new SignalHistory().read(page, { atMs: 77, serverMs });
    return answer.ok && answer.values.map(({ ageMs }) => ageMs);
  };
  assert.deepEqual(read('inngest_queue_depth 3 1700000000000', 1_700_000_042_000), [42_000]);
  assert.deepEqual(read('inngest_queue_depth 3 1700000000000', 1_699_999_990_000), [0]);
});

test('a page of nothing that is known says so', () => {
  const read = new SignalHistory().read('jvm_threads 3', { atMs: 0, serverMs: 0 });
  assert.deepEqual(read, { ok: false, problem: 'none of the metrics that launchgate knows' });
});
