import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentile } from '../../gate/runs/rebuild.ts';
import { type Sample, SampleParser } from '../../gate/runs/samples.ts';

const HEADER = 'metric_name,timestamp,metric_value,error,expected_response,name,extra_tags,metadata\n';
const TEXT = `${HEADER}vus,1795507106000,10.000000,,,,,
http_req_duration,1795507106105,12.500000,,true,POST /api/chat,phase=peak&criterion=chat.p95,
http_req_duration,1795507106110,3.000000,"bad ""thing"", with
a line break",false,GET /api/health,phase=ramp,
over_limit,1795507106110,1.000000,,,,criterion=chat.p95&phase=peak,
`;
const SAMPLES: Sample[] = [
  { metric: 'vus', atMs: 1795507106000, value: 10, name: '', expected: true, tags: {} },
  {
    metric: 'http_req_duration',
    atMs: 1795507106105,
    value: 12.5,
    name: 'POST /api/chat',
    expected: true,
    tags: { phase: 'peak', criterion: 'chat.p95' },
  },
  {
    metric: 'http_req_duration',
    atMs: 1795507106110,
    value: 3,
    name: 'GET /api/health',
    expected: false,
    tags: { phase: 'ramp' },
  },
  {
    metric: 'over_limit',
    atMs: 1795507106110,
    value: 1,
    name: '',
    expected: true,
    tags: { criterion: 'chat.p95', phase: 'peak' },
  },
];

function parsed(pieces: string[]): Sample[] {
  const samples: Sample[] = [];
  const parser = new SampleParser();
  for (const piece of pieces) parser.push(piece, (sample) => samples.push(sample));
  return samples;
}

test('Samples are read by the names of the columns, quoted commas and line breaks included', () => {
  assert.deepEqual(parsed([TEXT]), SAMPLES);
});

test('It makes no difference where the text is cut into pieces', () => {
  for (let at = 1; at < TEXT.length; at++) {
    assert.deepEqual(parsed([TEXT.slice(0, at), TEXT.slice(at)]), SAMPLES, `cut at ${at}`);
  }
});

test('A last line without its end, as a killed k6 leaves it, is passed over', () => {
  assert.deepEqual(parsed([`${TEXT}http_reqs,17955071`]), SAMPLES);
});

test('A file whose header lacks a column is refused in one line', () => {
  assert.throws(() => parsed(['metric_name,timestamp\n']), /^Error: samples\.csv has no column metric_value\.$/);
});

test('Percentiles are linear between the two nearest ranks, as k6’s', () => {
  // Hyndman and Fan, type 7: of 1..5, rank 0.95 * 4 = 3.8 lies between 4 and 5.
  assert.ok(Math.abs(percentile([1, 2, 3, 4, 5], 0.95) - 4.8) < 1e-12);
  assert.equal(percentile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(percentile([7], 0.99), 7);
});
