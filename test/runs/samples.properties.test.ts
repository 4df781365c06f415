import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Tail } from '../../gate/runs/k6/tail.ts';
import { addUp } from '../../gate/runs/samples/add-up.ts';
import { poolSamples, rebuildSummary } from '../../gate/runs/samples/rebuild.ts';
import { foldTimeline } from '../../gate/runs/samples/timeline.ts';
import { eachLine, readSamples } from '../../gate/runs/samples/timeline-samples.ts';
import { gatesOf } from '../../src/thresholds.ts';
import type { Summary } from '../../src/wire/facts.ts';
import { phasesOf } from '../../src/workloads.ts';
import { alwaysHoldsInTime, anyText, damaged, isOneLine } from '../property.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchgate-samples-'));
});
after(() => rm(folder, { recursive: true }));
let files = 0;
/** A new file with this content, packed where its name says so. */
async function fileOf(content: string | Buffer, ending = '.csv'): Promise<string> {
  files += 1;
  const path = join(folder, `${files}${ending}`);
  await writeFile(path, ending.endsWith('.gz') ? gzipSync(content) : content);
  return path;
}

/** Texts of several lines, with letters of several bytes. */
const lines = fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', '\r', 'é', '–', '💥') }), { maxLength: 6 });
const cuts = fc.array(fc.nat(60), { maxLength: 6 });
/** Cut anywhere, within letters too; some pieces are empty. */
function piecesOf(text: string, at: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const ends = [...at.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('lines are the same wherever the chunks of a file are cut', async () => {
  await alwaysHoldsInTime(
    fc.asyncProperty(lines, cuts, fc.boolean(), async (expected, at, isWhole) => {
      const text = expected.map((line) => `${line}\n`).join('') + (isWhole ? '' : 'the beginning of a line');
      async function* chunks() {
        yield* piecesOf(text, at);
      }
      const read: string[] = [];
      const truncated = await eachLine(chunks(), (bytes, from, to) => read.push(bytes.toString('utf8', from, to)));
      assert.deepEqual(read, expected);
      assert.equal(truncated, !isWhole);
    }),
    300,
  );
});

test('who follows a growing file gets each line once and whole, however it grows', async () => {
  await alwaysHoldsInTime(
    fc.asyncProperty(lines, cuts, async (expected, at) => {
      const path = await fileOf('');
      const read: string[] = [];
      const tail = new Tail(path, (line) => read.push(line));
      for (const piece of piecesOf(expected.map((line) => `${line}\n`).join(''), at)) {
        await appendFile(path, piece);
        await tail.read();
      }
      await tail.close();
      assert.deepEqual(read, expected);
    }),
    60,
  );
});

const PHASES = phasesOf('chat', 'gate');
const RUN = { test: 'chat', profile: 'gate', runId: 'r', phases: PHASES } as const;
const GATES = gatesOf('chat', PHASES);
const START_MS = 1_700_000_000_000;
const HEADER =
  'metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,' +
  'service,status,subproto,tls_version,url,extra_tags,metadata\n';

interface Row {
  metric: string;
  at: number;
  value: number;
  error: string;
  expected: boolean;
  gate: number;
}
/** No line of an error's text looks like a row of its own: there, the reader begins anew after a row that was cut off. */
const errorText = anyText.filter((text) => !/\n[^\n,]+,\d/.test(text));
const row: fc.Arbitrary<Row> = fc.record({
  metric: fc.constantFrom(
    'http_reqs',
    'http_req_duration',
    'http_req_failed',
    'over_limit',
    'failures',
    'iterations',
    'vus',
    'data_sent',
    'schedule_lateness_ms',
    'other',
  ),
  at: fc.nat(200_000),
  value: fc.nat(5_000),
  error: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, errorText),
  expected: fc.boolean(),
  gate: fc.nat(GATES.length - 1),
});

/** As Go's encoding/csv writes it. */
function written({ metric, at, value, error, expected, gate }: Row): string {
  const { criterion, phase } = GATES[gate]!;
  const number = metric === 'over_limit' || metric === 'http_req_failed' ? value % 2 : value;
  const tags = [`criterion=${criterion.id}`, `phase=${phase}`, 'kind=timeout'].join('&');
  const fields = [
    metric,
    START_MS + at,
    number,
    '',
    error,
    '',
    expected,
    '',
    'POST',
    'POST /api/chat',
    '',
    'students',
    '',
    200,
    '',
    '',
    '',
    tags,
    '',
  ];
  return `${fields.map(String).map(quoted).join(',')}\n`;
}
const quoted = (field: string) => (/[",\r\n]|^[ \t]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
const csvOf = (rows: readonly Row[]) => HEADER + rows.map(written).join('');

test('every row that k6 writes is read back, plain or packed, whatever an error says', async () => {
  const all = new Set(['http_reqs', 'http_req_duration', 'failures']);
  await alwaysHoldsInTime(
    fc.asyncProperty(fc.array(row, { maxLength: 12 }), fc.constantFrom('.csv', '.csv.gz'), async (rows, ending) => {
      const read: unknown[] = [];
      const {
        rows: count,
        unreadable,
        truncated,
      } = await readSamples(await fileOf(csvOf(rows), ending), all, (sample) =>
        read.push([sample.metric, sample.timeMs, sample.value, sample.error, sample.expected, sample.tag('phase')]),
      );
      assert.deepEqual({ count, unreadable, truncated }, { count: rows.length, unreadable: 0, truncated: false });
      assert.deepEqual(
        read,
        rows
          .filter(({ metric }) => all.has(metric))
          .map(({ metric, at, value, error, expected, gate }) => {
            // UTF-8 has no half of a surrogate.
            return [metric, START_MS + at, value, Buffer.from(error).toString(), expected, GATES[gate]!.phase];
          }),
      );
    }),
    80,
  );
});

test('a damaged file of samples is counted from as far as it can be, or refused in one line', async () => {
  const csv = fc.array(row, { maxLength: 8 }).map(csvOf);
  const input = {
    runId: 'r',
    startedAt: '2023-11-14T22:13:20Z',
    endedAt: '2023-11-14T22:17:00Z',
    generator: [],
    signals: [],
  };
  await alwaysHoldsInTime(
    fc.asyncProperty(fc.oneof(damaged(csv), anyText), fc.boolean(), fc.nat(200), async (text, isPacked, cut) => {
      const packed = gzipSync(text);
      const path = isPacked ? await fileOf('', '.csv') : await fileOf(text);
      if (isPacked) await writeFile(`${path}.gz`, packed.subarray(0, packed.length - (cut % packed.length)));
      const of = isPacked ? `${path}.gz` : path;
      for (const begin of [() => rebuildSummary(of, RUN), () => foldTimeline(of, input)]) {
        const read = await begin().catch((error: Error) => error);
        if (read instanceof Error) assert.ok(isOneLine(read.message), read.message);
        else if ('facts' in read) assert.ok(read.facts.every(({ seen, over }) => 0 <= over && over <= seen));
      }
    }),
    60,
  );
});

/** Without an order that means nothing, and without how long it took, which is the shortest share's. */
function comparable({ facts, latencies, failures, durationMs: _, ...rest }: Summary) {
  const inOrder = <Item>(items: readonly Item[]) => items.map((item) => JSON.stringify(item)).sort();
  return { ...rest, facts: inOrder(facts), latencies: inOrder(latencies), failures: inOrder(failures) };
}

test('samples dealt out to several processes come to what one process would have counted', async () => {
  await alwaysHoldsInTime(
    fc.asyncProperty(
      fc.array(fc.tuple(row, fc.nat(3)), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 4 }),
      async (dealt, processes) => {
        // Users are counted by each process for itself: at most one row of them each, in a sum.
        const rows = dealt.filter(([{ metric }]) => metric !== 'vus' && metric !== 'schedule_lateness_ms');
        const whole = await rebuildSummary(await fileOf(csvOf(rows.map(([each]) => each))), RUN);
        const paths: string[] = [];
        for (let process = 0; process < processes; process++) {
          const own = rows.filter(([, dealtTo]) => dealtTo % processes === process).map(([each]) => each);
          paths.push(await fileOf(csvOf(own)));
        }
        const shares: Summary[] = [];
        for (const path of paths) shares.push(await rebuildSummary(path, RUN));
        assert.deepEqual(comparable(addUp(shares, await poolSamples(paths, RUN))), comparable(whole));
      },
    ),
    40,
  );
});
