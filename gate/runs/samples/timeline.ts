/** Folds a run's samples into timeline.json. */
import { METRIC } from '../../../src/wire/facts.ts';
import { SERVER_PARTS } from '../../../src/wire/routes.ts';
import type { GeneratorReading } from '../../../src/wire/run-files.ts';
import {
  type FailureCell,
  type ServerTimeCell,
  type SignalReading,
  TIMELINE_SCHEMA,
  type Timeline,
} from '../../../src/wire/timeline.ts';
import { Errors, Names, RequestCells, Slowest, Sums } from './timeline-cells.ts';
import { readSamples, type Sample, type SamplesRead } from './timeline-samples.ts';
import { SignalSamples } from './timeline-signals.ts';

/** What the samples don't say. */
export interface TimelineInput {
  runId: string;
  /** ISO 8601, as in run.json. */
  startedAt: string;
  endedAt: string;
  generator: GeneratorReading[];
  /** Beside those among the samples. */
  signals: SignalReading[];
}

const SLOWEST = 20;
const MOST_ERRORS = 200;
/** Whole-second stamps lie a little before the start; answers come a while after the end. */
const SLACK_MS = { before: 2_000, after: 120_000 };

const PARTS = new Map<string, string>(SERVER_PARTS.map((part) => [`server_${part}_ms`, part]));
const WANTED = new Set([
  ...['http_req_duration', 'vus', 'dropped_iterations', METRIC.failures, METRIC.signal],
  ...PARTS.keys(),
]);

/**
 * Reads k6's CSV output (`.csv`, or `.csv.gz`; of several processes, all of them) into a timeline, in memory that
 * depends on the length of the run and not on its requests. Unreadable rows, times outside the run and a cut-off end are
 * counted, not fatal.
 * @throws Error with one clear line when a file is missing or not k6's
 */
export async function foldTimeline(samples: string | readonly string[], input: TimelineInput): Promise<Timeline> {
  const fold = new Fold(input);
  const all: SamplesRead = { rows: 0, unreadable: 0, truncated: false };
  for (const path of [samples].flat()) {
    fold.startFile();
    const { rows, unreadable, truncated } = await readSamples(path, WANTED, (sample) => fold.add(sample));
    all.rows += rows;
    all.unreadable += unreadable;
    all.truncated ||= truncated;
  }
  return fold.timeline(all);
}

class Fold {
  readonly #input: TimelineInput;
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #phases = new Names();
  readonly #routes = new Names();
  readonly #kinds = new Names();
  readonly #parts = new Names();
  readonly #requests = new RequestCells();
  readonly #failures = new Sums<FailureCell>();
  readonly #serverTime = new Sums<ServerTimeCell>();
  readonly #dropped = new Sums<[second: number, count: number]>();
  readonly #slowest = new Slowest(SLOWEST);
  readonly #errors = new Errors(MOST_ERRORS);
  readonly #signals = new SignalSamples();
  /** By process and second. */
  readonly #users: number[][] = [];
  #outside = 0;

  constructor(input: TimelineInput) {
    this.#input = input;
    this.#startMs = Date.parse(input.startedAt);
    this.#endMs = Date.parse(input.endedAt);
  }

  add(sample: Sample): void {
    if (sample.timeMs < this.#startMs - SLACK_MS.before || sample.timeMs > this.#endMs + SLACK_MS.after) {
      this.#outside++;
      return;
    }
    const second = this.#second(sample.timeMs);
    switch (sample.metric) {
      case 'http_req_duration':
        this.#addRequest(sample);
        break;
      case 'vus':
        this.#addUsers(second, sample.value);
        break;
      case 'dropped_iterations':
        this.#dropped.add([second], sample.value);
        break;
      case METRIC.signal:
        this.#signals.add(sample.tag('signal'), Math.max(0, sample.timeMs - this.#startMs), sample.value);
        break;
      case METRIC.failures: {
        const kind = this.#kinds.indexOf(sample.tag('kind'));
        this.#failures.add([second, ...this.#where(sample), kind], sample.value);
        break;
      }
      default: {
        const part = this.#parts.indexOf(PARTS.get(sample.metric)!);
        this.#serverTime.add([second, ...this.#where(sample), part], 1, sample.value);
      }
    }
  }

  /** The samples that come next are another process's: they begin anew in time, and its users are others. */
  startFile(): void {
    this.#requests.seal();
    this.#users.push([]);
  }

  timeline(read: SamplesRead): Timeline {
    return {
      schema: TIMELINE_SCHEMA,
      runId: this.#input.runId,
      startedAt: this.#input.startedAt,
      phases: this.#phases.list,
      routes: this.#routes.list,
      kinds: this.#kinds.list,
      parts: this.#parts.list,
      cells: this.#requests.cells(),
      failures: this.#failures.rows(),
      serverTime: this.#serverTime.rows(),
      users: usersOf(this.#users),
      dropped: this.#dropped.rows(),
      latencies: this.#requests.latencies(),
      slowest: this.#slowest.list,
      errors: this.#errors.list(),
      otherErrors: this.#errors.others,
      signals: [...this.#input.signals, ...this.#signals.readings()].sort((a, b) => a.atMs - b.atMs),
      generator: this.#input.generator,
      samples: { ...read, outside: this.#outside },
    };
  }

  #addRequest(sample: Sample): void {
    const ms = sample.value;
    const sentMs = sample.timeMs - ms;
    const atMs = Math.max(0, Math.round(sentMs - this.#startMs));
    this.#requests.add(this.#second(sentMs), ...this.#where(sample), ms, sample.expected);
    const { name: route, status } = sample;
    const phase = sample.tag('phase');
    if (this.#slowest.takes(ms)) {
      this.#slowest.add({ atMs, route, phase, ms, status, requestId: sample.metadata('request_id') });
    }
    if (!sample.expected) {
      this.#errors.add({ route, phase, status, code: sample.errorCode, message: sample.error, firstAtMs: atMs });
    }
  }

  /** A scenario's samples may come twice in one second; the larger number is the whole. */
  #addUsers(second: number, users: number): void {
    const ofProcess = this.#users.at(-1)!;
    ofProcess[second] = Math.max(ofProcess[second] ?? 0, users);
  }

  #where(sample: Sample): [phase: number, route: number] {
    return [this.#phases.indexOf(sample.tag('phase')), this.#routes.indexOf(sample.name)];
  }

  #second(timeMs: number): number {
    return Math.max(0, Math.floor((timeMs - this.#startMs) / 1000));
  }
}

/**
 * Users in each second, null where k6 said nothing. Several processes don't count on the same dot, so in their sum the
 * last count of each stands until its next.
 */
function usersOf(processes: readonly number[][]): (number | null)[] {
  if (processes.length === 1) return Array.from(processes[0]!, (users) => users ?? null);
  const seconds = Math.max(0, ...processes.map((users) => users.length));
  const sums = new Array<number>(seconds).fill(0);
  for (const process of processes) {
    let last = 0;
    for (const [second, users] of Array.from(process).entries()) {
      last = users ?? last;
      sums[second]! += last;
    }
  }
  return sums;
}
