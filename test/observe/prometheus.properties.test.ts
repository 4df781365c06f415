import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MetricSample, parsePrometheus } from '../../src/wire/prometheus.ts';
import { SignalHistory } from '../../src/wire/signal-history.ts';
import { alwaysHolds, anyText, damaged, isOneLine } from '../property.ts';

const name = fc.constantFrom(
  'platform_db_connections_used',
  'platform_db_connections_limit',
  'platform_queue_depth',
  'http_request_duration_seconds_bucket',
  'process_cpu_seconds_total',
  'other:metric',
);
const label = fc.constantFrom('le', 'status', 'route', 'method', '_x');
const value = fc.oneof(
  fc.double(),
  fc.nat(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const sample: fc.Arbitrary<MetricSample> = fc.record({
  name,
  labels: fc.dictionary(label, anyText, { maxKeys: 3, noNullPrototype: true }),
  value,
  timestampMs: fc.option(fc.integer({ min: -1e15, max: 1e15 }), { nil: undefined }),
});
const samples = fc.array(sample, { maxLength: 20 });

/** As the format's description has it: backslash, quote and line feed are escaped, and nothing else. */
function exposed({ name, labels, value, timestampMs }: MetricSample): string {
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  const number = Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'Inf');
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number}${timestampMs === undefined ? '' : ` ${timestampMs}`}`;
}

const page = samples.map((all) => `# HELP x y\n${all.map(exposed).join('\n')}\n`);

test('what an exporter writes is read back as it was, whatever its labels hold', () => {
  alwaysHolds(
    fc.property(samples, (written) => {
      const read = parsePrometheus(written.map(exposed).join('\n'));
      assert.ok(read.ok, read.ok ? '' : read.problem);
      // Nobody means a negative zero.
      assert.deepEqual(
        read.samples,
        written.map((each) => ({ ...each, value: each.value + 0 })),
      );
    }),
  );
});

test('a page that is none gets one line', () => {
  alwaysHolds(
    fc.property(fc.oneof(anyText, damaged(page)), (text) => {
      const read = parsePrometheus(text);
      assert.ok(read.ok || isOneLine(read.problem));
    }),
    300,
  );
});

test('of a page that is whole, a reader of some metrics sees what a reader of all sees of them', () => {
  alwaysHolds(
    fc.property(page, fc.uniqueArray(name), (text, wanted) => {
      const isWanted = (metric: string) => (wanted as string[]).includes(metric);
      const [all, some] = [parsePrometheus(text), parsePrometheus(text, isWanted)];
      assert.ok(all.ok && some.ok);
      assert.deepEqual(
        some.samples,
        all.samples.filter((each) => isWanted(each.name)),
      );
    }),
  );
});

test('page after page, good ones and bad ones, gives finite values that are no older than the clock allows', () => {
  alwaysHolds(
    fc.property(fc.array(fc.oneof(page, damaged(page)), { maxLength: 5 }), (pages) => {
      const history = new SignalHistory();
      for (const [index, text] of pages.entries()) {
        const read = history.read(text, { atMs: index * 5_000, serverMs: index * 5_000 });
        if (!read.ok) {
          assert.ok(isOneLine(read.problem));
          continue;
        }
        for (const { value, ageMs } of read.values) {
          assert.ok(Number.isFinite(value), `value ${value}`);
          assert.ok(ageMs >= 0, `age ${ageMs}`);
        }
        for (const count of Object.values(read.counts)) assert.ok(count >= 0, `count ${count}`);
      }
    }),
  );
});
