/** What a timeline is folded into: lists of names, sums, and requests by second. */
import type { ErrorSample, RouteLatency, SlowRequest, TimelineCell } from '../../../src/wire/timeline.ts';
import { Latencies } from './timeline-histogram.ts';

/** A target can't blow up the file by making up names: all that come after so many share one. */
const MOST_NAMES = 64;
const OTHER = 'other';

/** Names, kept once; rows refer to them by index. */
export class Names {
  readonly list: string[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    if (this.list.length >= MOST_NAMES && name !== OTHER) return this.indexOf(OTHER);
    this.#indexes.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

/** Numbers added up under a key of several numbers. */
export class Sums<Row extends number[]> {
  readonly #sums = new Map<string, number[]>();

  add(key: number[], ...values: number[]): void {
    const name = key.join();
    const sums = this.#sums.get(name);
    if (!sums) this.#sums.set(name, values);
    else for (const [index, value] of values.entries()) sums[index]! += value;
  }

  /** Key and sums in one, by second; sums are rounded to thousandths. */
  rows(): Row[] {
    const round = (sum: number) => Math.round(sum * 1_000) / 1_000;
    const rows = [...this.#sums].map(([key, sums]) => [...key.split(',').map(Number), ...sums.map(round)] as Row);
    return rows.sort((a, b) => a[0]! - b[0]!);
  }
}

interface Requests {
  second: number;
  phase: number;
  route: number;
  requests: number;
  failed: number;
  /** Of the successful ones. */
  ms: number[];
}

/**
 * Longer than k6 waits for an answer (60 s, unless a test says otherwise), so that a request finds the second in which
 * it was sent still open. One that comes later opens its second once more: rows add up.
 */
const OPEN_SECONDS = 150;

/** Requests by second, phase and route. A second is sealed, and its latencies packed, when it is long past. */
export class RequestCells {
  readonly #open = new Map<string, Requests>();
  readonly #sealed: TimelineCell[] = [];
  readonly #totals = new Map<string, Omit<RouteLatency, 'latency'> & { latencies: Latencies }>();
  readonly #packer = new Latencies();
  #newest = 0;

  add(second: number, phase: number, route: number, ms: number, succeeded: boolean): void {
    const cell = this.#cell(second, phase, route);
    const total = this.#total(phase, route);
    cell.requests++;
    total.requests++;
    if (succeeded) {
      cell.ms.push(ms);
      total.latencies.record(ms);
    } else {
      cell.failed++;
      total.failed++;
    }
    if (second > this.#newest) {
      this.#newest = second;
      this.#seal(second - OPEN_SECONDS);
    }
  }

  /** Packs what is open: what comes next begins anew in time. */
  seal(): void {
    this.#seal(Number.POSITIVE_INFINITY);
    this.#newest = 0;
  }

  cells(): TimelineCell[] {
    this.seal();
    return this.#sealed.sort((a, b) => a[0] - b[0]);
  }

  latencies(): RouteLatency[] {
    return [...this.#totals.values()].map(({ latencies, ...total }) => ({ ...total, latency: latencies.encoded() }));
  }

  #cell(second: number, phase: number, route: number): Requests {
    const key = `${second},${phase},${route}`;
    let cell = this.#open.get(key);
    if (!cell) {
      cell = { second, phase, route, requests: 0, failed: 0, ms: [] };
      this.#open.set(key, cell);
    }
    return cell;
  }

  #total(phase: number, route: number) {
    const key = `${phase},${route}`;
    let total = this.#totals.get(key);
    if (!total) {
      total = { phase, route, requests: 0, failed: 0, latencies: new Latencies() };
      this.#totals.set(key, total);
    }
    return total;
  }

  #seal(before: number): void {
    for (const [key, { second, phase, route, requests, failed, ms }] of this.#open) {
      if (second >= before) continue;
      this.#packer.reset();
      for (const value of ms) this.#packer.record(value);
      this.#sealed.push([second, phase, route, requests, failed, this.#packer.encoded()]);
      this.#open.delete(key);
    }
  }
}

/** The slowest requests, slowest first. */
export class Slowest {
  readonly list: SlowRequest[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** True when a request of this length belongs among them. */
  takes(ms: number): boolean {
    return this.list.length < this.#most || ms > this.list.at(-1)!.ms;
  }

  add(request: SlowRequest): void {
    const slower = this.list.findIndex(({ ms }) => ms < request.ms);
    this.list.splice(slower < 0 ? this.list.length : slower, 0, request);
    if (this.list.length > this.#most) this.list.pop();
  }
}

/** Longest error text that is kept, characters. */
const LONGEST_MESSAGE = 500;

/** One sample of each sort of failed request, up to so many sorts. */
export class Errors {
  readonly #samples = new Map<string, ErrorSample>();
  readonly #most: number;
  others = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(error: Omit<ErrorSample, 'count'>): void {
    const message = error.message.slice(0, LONGEST_MESSAGE);
    const key = [error.route, error.status, error.code, message].join('\n');
    const known = this.#samples.get(key);
    if (known) known.count++;
    else if (this.#samples.size < this.#most) this.#samples.set(key, { ...error, message, count: 1 });
    else this.others++;
  }

  /** Most frequent first. */
  list(): ErrorSample[] {
    return [...this.#samples.values()].sort((a, b) => b.count - a.count);
  }
}
