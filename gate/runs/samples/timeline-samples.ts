/**
 * Reads k6's CSV output, plain or gzipped, row by row. A full chat run has three million rows, of which a reader wants
 * one in five: a row's metric is looked at as bytes, and only the rows that are wanted become strings.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Timeline } from '../../../src/wire/timeline.ts';

/** One row. Texts are '' where k6 left them empty. */
export interface Sample {
  metric: string;
  /** Unix ms. Of a request: when it ended. */
  timeMs: number;
  value: number;
  /** The `name` tag: of a request its route. */
  name: string;
  scenario: string;
  /** 0 when no answer came, or where a row has none. */
  status: number;
  error: string;
  /** 0 when there was none. */
  errorCode: number;
  /** False only where k6 said so. */
  expected: boolean;
  /** A tag of our own (phase, kind, criterion), or ''. */
  tag(key: string): string;
  /** What k6 keeps beside the tags because it is different each time, such as a request id; or ''. */
  metadata(key: string): string;
}

export type SamplesRead = Omit<Timeline['samples'], 'outside'>;

/** Undefined for a row that is no sample. */
export type RowParser = (row: string) => Sample | undefined;

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** Longer than any row k6 writes. */
const LONGEST_ROW = 1 << 20;

/**
 * Calls `onSample` for each row of the wanted metrics, in file order. Rows that are no sample are counted and passed
 * over, and so is a last line that was cut off; an empty file has no rows.
 * @param path ends in `.gz` when gzipped
 * @throws Error with one clear line when the file can't be opened or its first line isn't k6's
 */
export async function readSamples(
  path: string,
  wanted: ReadonlySet<string>,
  onSample: (sample: Sample) => void,
): Promise<SamplesRead> {
  let rows = 0;
  let unreadable = 0;
  let parse: RowParser | undefined;
  /** A row whose quoted text goes on in the next line, and whether anybody wants it. */
  let open = '';
  let isWanted = true;
  /** The last row that was passed over. */
  let passed: { bytes: Buffer; from: number; to: number } | undefined;

  const take = (row: string) => {
    open = '';
    if (!isWanted) return;
    const sample = parse?.(row);
    if (sample) onSample(sample);
    else unreadable++;
  };
  const onLine = (bytes: Buffer, from: number, to: number) => {
    if (!parse) {
      parse = rowParser(bytes.toString('utf8', from, to));
      if (!parse) throw new Error(`${path} is not k6's CSV output: its first line isn't k6's header.`);
      return;
    }
    const comma = bytes.indexOf(COMMA, from);
    let row: string;
    if (comma > from && comma + 1 < to && isDigit(bytes[comma + 1]!)) {
      if (open && isWanted) unreadable++;
      open = '';
      rows++;
      isWanted = wanted.has(bytes.toString('latin1', from, comma));
      passed = isWanted ? undefined : { bytes, from, to };
      if (!isWanted) return;
      row = bytes.toString('utf8', from, to);
    } else if (open || goesOn(passed)) {
      open ||= 'passed over "';
      passed = undefined;
      row = `${open}\n${bytes.toString('utf8', from, to)}`;
    } else {
      rows++;
      unreadable++;
      return;
    }
    if (hasOpenQuote(row) && row.length < LONGEST_ROW) open = row;
    else take(row);
  };

  const truncated = await eachLine(chunksOf(path), onLine);
  if (open && isWanted) unreadable++;
  return { rows, unreadable, truncated };
}

/**
 * Lines, wherever the chunks of a file are cut.
 * @returns true when it ends in the middle of a line or of its compressed stream
 */
export async function eachLine(
  chunks: AsyncIterable<Buffer>,
  onLine: (bytes: Buffer, from: number, to: number) => void,
): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let from = 0;
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        onLine(bytes, from, to);
        from = to + 1;
      }
      // A line without end is no row: of it, only so much is kept that it still counts as one.
      rest = bytes.subarray(from, from + LONGEST_ROW);
    }
  } catch (error) {
    if (isCutOff(error)) return true;
    throw error;
  }
  return rest.length > 0;
}

function chunksOf(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith('.gz')) return file;
  const plain = createGunzip({ chunkSize: 1 << 18 });
  // Errors of either reach the one who reads `plain`.
  pipeline(file, plain, () => {});
  return plain;
}

/** A gzip stream whose writer was killed. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_9;
}

/** Reads rows by the file's own header: its columns depend on the system tags of the run. Undefined when it is none. */
export function rowParser(header: string): RowParser | undefined {
  const columns = header.split(',');
  const at = (name: string) => columns.indexOf(name);
  const [metric, time, value, tags] = [at('metric_name'), at('timestamp'), at('metric_value'), at('extra_tags')];
  if (metric < 0 || time < 0 || value < 0 || tags < 0) return undefined;
  const [name, status, error, code, expected] = ['name', 'status', 'error', 'error_code', 'expected_response'].map(at);
  const [scenario, metadata] = [at('scenario'), at('metadata')];
  return (row) => {
    const fields = row.includes('"') ? quotedFields(row) : row.split(',');
    if (fields.length !== columns.length) return undefined;
    const timeMs = unixMs(fields[time]!);
    const number = Number(fields[value] || Number.NaN);
    if (Number.isNaN(timeMs) || !Number.isFinite(number)) return undefined;
    return {
      metric: fields[metric]!,
      timeMs,
      value: number,
      name: fields[name!] ?? '',
      scenario: fields[scenario] ?? '',
      status: Number(fields[status!]) || 0,
      error: fields[error!] ?? '',
      errorCode: Number(fields[code!]) || 0,
      expected: fields[expected!] !== 'false',
      tag: (key) => pairOf(fields[tags]!, key),
      metadata: (key) => pairOf(fields[metadata] ?? '', key),
    };
  };
}

/** K6_CSV_TIME_FORMAT is seconds, ms, µs or ns; a timestamp of this century tells which by its length. */
function unixMs(digits: string): number {
  if (!/^\d{10,19}$/.test(digits)) return Number.NaN;
  return Number(digits) * 10 ** (13 - digits.length);
}

/** The value of `key` in `k=v&k=v`, or ''. k6 escapes nothing there, so our own tags hold neither & nor =. */
function pairOf(pairs: string, key: string): string {
  const from = pairs.startsWith(`${key}=`) ? 0 : pairs.indexOf(`&${key}=`) + 1;
  if (from === 0 && !pairs.startsWith(`${key}=`)) return '';
  const begin = from + key.length + 1;
  const end = pairs.indexOf('&', begin);
  return end < 0 ? pairs.slice(begin) : pairs.slice(begin, end);
}

/** Splits a row in which a field is quoted; a quote inside is doubled. */
function quotedFields(row: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= row.length; ) {
    if (row[at] !== '"') {
      const comma = row.indexOf(',', at);
      const end = comma < 0 ? row.length : comma;
      fields.push(row.slice(at, end));
      at = end + 1;
      continue;
    }
    let close = row.indexOf('"', at + 1);
    while (close >= 0 && row[close + 1] === '"') close = row.indexOf('"', close + 2);
    if (close < 0) return [];
    fields.push(row.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 < row.length && row[close + 1] !== ',') return [];
    at = close + 2;
  }
  return fields;
}

/** Of rows that nobody wants, only those are looked at that no row follows. */
function goesOn(row: { bytes: Buffer; from: number; to: number } | undefined): boolean {
  return row !== undefined && hasOpenQuote(row.bytes.toString('latin1', row.from, row.to));
}

function hasOpenQuote(row: string): boolean {
  let quotes = 0;
  for (let at = row.indexOf('"'); at >= 0; at = row.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}
