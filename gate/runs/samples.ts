/**
 * k6's samples (`--out csv`), read as a stream: whole files for folding, a growing one for live progress.
 */
import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import Papa from 'papaparse';

/** Times in samples.csv are Unix ms: k6 is started with this. */
export const SAMPLE_TIME_ENV = { K6_CSV_TIME_FORMAT: 'unix_milli' } as const;

export interface Sample {
  metric: string;
  /** Unix ms. For a request: its end. */
  atMs: number;
  value: number;
  /** The `name` tag: a route. '' where the metric has none. */
  name: string;
  /** False when the response was not one of the expected ones. */
  expected: boolean;
  /** Our own tags: phase, criterion, kind, … */
  tags: Readonly<Record<string, string>>;
}

const COLUMNS = ['metric_name', 'timestamp', 'metric_value', 'name', 'expected_response', 'extra_tags'] as const;

/** Turns pieces of CSV text into samples. A last line without its end is kept for the next piece. */
export class SampleParser {
  #rest = '';
  #columns: Record<(typeof COLUMNS)[number], number> | undefined;
  readonly #seenTags = new Map<string, Readonly<Record<string, string>>>();

  /** @throws Error in one line when the header lacks a column */
  push(text: string, each: (sample: Sample) => void): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    let open = '';
    for (const line of lines) {
      const record = open + line;
      // A quoted field may hold line breaks: the record goes on until its quotes are even.
      if (record.includes('"') && (record.split('"').length - 1) % 2 === 1) {
        open = `${record}\n`;
        continue;
      }
      open = '';
      if (record === '') continue;
      const fields = record.includes('"') ? (Papa.parse<string[]>(record).data[0] ?? []) : record.split(',');
      if (this.#columns) each(this.#sample(fields, this.#columns));
      else this.#columns = columnsOf(fields);
    }
    this.#rest = open + this.#rest;
  }

  #sample(fields: string[], at: Record<(typeof COLUMNS)[number], number>): Sample {
    return {
      metric: fields[at.metric_name] ?? '',
      atMs: Number(fields[at.timestamp]),
      value: Number(fields[at.metric_value]),
      name: fields[at.name] ?? '',
      expected: fields[at.expected_response] !== 'false',
      tags: this.#tags(fields[at.extra_tags] ?? ''),
    };
  }

  /** `phase=peak&criterion=chat.p95`; the same few texts come again and again. */
  #tags(text: string): Readonly<Record<string, string>> {
    let tags = this.#seenTags.get(text);
    if (!tags) {
      tags = Object.fromEntries(
        text
          .split('&')
          .filter((pair) => pair.includes('='))
          .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      );
      this.#seenTags.set(text, tags);
    }
    return tags;
  }
}

/**
 * Every sample of a file, in order. A last line that was cut off is passed over.
 * @param path samples.csv; `samples.csv.gz` is read when that is what is there
 */
export async function eachSample(path: string, each: (sample: Sample) => void): Promise<void> {
  const parser = new SampleParser();
  const consume = async (source: AsyncIterable<Buffer | string>) => {
    for await (const piece of source) parser.push(String(piece), each);
  };
  if (existsSync(path)) await consume(createReadStream(path, { encoding: 'utf8' }));
  else await pipeline(createReadStream(`${path}.gz`), createGunzip().setEncoding('utf8'), consume);
}

function columnsOf(header: string[]): Record<(typeof COLUMNS)[number], number> {
  const missing = COLUMNS.find((column) => !header.includes(column));
  if (missing) throw new Error(`samples.csv has no column ${missing}.`);
  return Object.fromEntries(COLUMNS.map((column) => [column, header.indexOf(column)])) as never;
}
