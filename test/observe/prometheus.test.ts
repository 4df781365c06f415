import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrometheus } from '../../src/wire/prometheus.ts';

const samplesOf = (text: string) => {
  const parsed = parsePrometheus(text);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
  return parsed.samples;
};
const problemOf = (text: string) => {
  const parsed = parsePrometheus(text);
  return parsed.ok ? 'none' : parsed.problem;
};

test('the example of Prometheus’ own documentation of the format reads as it says', () => {
  // prometheus.io/docs/instrumenting/exposition_formats, "Text format example".
  const samples = samplesOf(`# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045

# A histogram, which has a pretty complex representation in the text format:
# HELP http_request_duration_seconds A histogram of the request duration.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320
`);
  assert.equal(samples.length, 9);
  assert.deepEqual(samples[0], {
    name: 'http_requests_total',
    labels: { method: 'post', code: '200' },
    value: 1027,
    timestampMs: 1_395_066_363_000,
  });
  assert.equal(samples[2]!.labels.path, 'C:\\DIR\\FILE.TXT');
  assert.equal(samples[2]!.labels.error, 'Cannot find file:\n"FILE.TXT"');
  assert.deepEqual(samples[3], {
    name: 'metric_without_timestamp_and_labels',
    labels: {},
    value: 12.47,
    timestampMs: undefined,
  });
  assert.equal(samples[4]!.value, Number.POSITIVE_INFINITY);
  assert.equal(samples[4]!.timestampMs, -3_982_045);
  assert.equal(samples[6]!.labels.le, '+Inf');
});

test('numbers are read in every spelling that exporters use', () => {
  // prom-client writes "Nan", Go's libraries "NaN".
  const values = samplesOf('a Nan\na NaN\na -Inf\na +Inf\na 1e-07\na .5\na -3.\na 9223372036.854776').map(
    ({ value }) => value,
  );
  assert.deepEqual(values, [
    Number.NaN,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    1e-7,
    0.5,
    -3,
    9223372036.854776,
  ]);
});

test('label values may hold braces, commas, equal signs and spaces', () => {
  const [sample] = samplesOf('up{ path = "/a} 1 {b=\\"c\\", d" , job="x", } 1\n');
  assert.deepEqual(sample!.labels, { path: '/a} 1 {b="c", d', job: 'x' });
});

test('lines end in CR LF on some exporters', () => {
  assert.equal(samplesOf('# TYPE a gauge\r\na 1\r\nb 2\r\n').length, 2);
});

test('what is no page of metrics is said in one line', () => {
  assert.equal(problemOf('\n<!DOCTYPE html>\n<html>'), 'HTML instead of metrics');
  assert.equal(problemOf('{"status":"ok"}'), 'line 1 is no metric: "{\\"status\\":\\"ok\\"}"');
  assert.equal(problemOf('a 1\nb one'), 'line 2 is no metric: "b one"');
  assert.equal(problemOf('a{b="c} 1'), 'line 1 is no metric: "a{b=\\"c} 1"');
  assert.equal(problemOf('a{b=c} 1'), 'line 1 is no metric: "a{b=c} 1"');
  assert.equal(problemOf('a{b="c" d="e"} 1'), 'line 1 is no metric: "a{b=\\"c\\" d=\\"e\\"} 1"');
  assert.equal(problemOf('a'), 'line 1 is no metric: "a"');
  assert.equal(problemOf('a 1 2 3'), 'line 1 is no metric: "a 1 2 3"');
  assert.equal(problemOf(''), 'none');
});

test('of five megabytes only what is wanted is kept', () => {
  const line = (index: number) =>
    `node_filesystem_files{supabase_project_ref="abcdefghijkl",device="/dev/nvme${index}"} ${index}`;
  const noise = Array.from({ length: 60_000 }, (_, index) => line(index)).join('\n');
  const text = `${noise}\nqueue_depth 7\n${noise.slice(0, 100)}`;
  assert.ok(text.length > 5_000_000, String(text.length));
  const parsed = parsePrometheus(text, (name) => name === 'queue_depth');
  assert.deepEqual(parsed.ok && parsed.samples.map(({ value }) => value), [7]);
});

test('label values may hold every sign that ends a line elsewhere', () => {
  const [sample] = samplesOf('up{path="a\rb\u2028c\\\u2029d"} 1\n');
  assert.deepEqual(sample!.labels, { path: 'a\rb\u2028c\u2029d' });
});
