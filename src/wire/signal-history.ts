/**
 * Signals out of page after page of metrics. Counters only tell by their increase, so the pages of the last minute are
 * remembered.
 */
import { type Counted, counters } from './counted.ts';
import { type MetricSample, parsePrometheus } from './prometheus.ts';
import { type Expression, metricsIn, metricsOf, type Recipe, recipes, type Where } from './signal-recipes.ts';
import type { SignalName, SignalValue } from './signals.ts';

/** Increases reach back as far as they must to have counted enough, and no further. */
const REMEMBERED_MS = 60_000;

/** A program that was asked anew has used CPU since: when such a page has not changed at all, somebody has kept it. */
const PULSE = 'cpu_seconds_total';

export type PageRead =
  | {
      readonly ok: true;
      readonly values: SignalValue[];
      /** How much was counted since the page before, of what the page counts at all. */
      readonly counts: Counts;
      /** Metrics that an earlier page had and this one has not: renamed, or switched off. */
      readonly gone: readonly string[];
      /** Counters are lower than before: the program began anew, or several of them answer in turn. */
      readonly restarted: boolean;
    }
  | { readonly ok: false; readonly problem: string };

export type Counts = Partial<Record<Counted, number>>;

/** When a page came: by the caller's own clock, and by that of the machine that it came from. */
export interface PageTime {
  readonly atMs: number;
  readonly serverMs: number;
}

interface Series {
  readonly labels: Where;
  readonly value: number;
  /** The value as if the counter had never begun anew. */
  readonly total: number;
  readonly timestampMs: number | undefined;
  /** False when only an earlier page had it: it may come back, and must not seem to have counted from nothing then. */
  readonly isPresent: boolean;
}

interface Page {
  readonly atMs: number;
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, Series>>;
}

/** The signals of one page of metrics, read again and again. */
export class SignalHistory {
  /** The newest first. */
  #pages: Page[] = [];
  #text = '';
  #values: SignalValue[] = [];
  readonly #known = new Set([
    ...recipes().flatMap((recipe) => [...metricsOf(recipe), ...(recipe.from ? metricsIn(recipe.from.of) : [])]),
    ...counters().map(({ metric }) => metric),
  ]);

  /**
   * Takes the next page.
   * @returns the signals that it gives (increases need a page before), or one line that says why it gives none
   */
  read(text: string, { atMs, serverMs }: PageTime): PageRead {
    const [last] = this.#pages;
    if (last && text === this.#text && text.includes(PULSE)) {
      return { ok: true, values: this.#aged(atMs - last.atMs), counts: {}, gone: [], restarted: false };
    }
    const parsed = parsePrometheus(text, (name) => this.#known.has(name));
    if (!parsed.ok) return parsed;
    if (parsed.samples.length === 0) return { ok: false, problem: 'none of the metrics that launchgate knows' };
    const page = pageOf(atMs, parsed.samples, last);
    const earlier = this.#pages.filter((past) => past === last || atMs - past.atMs <= REMEMBERED_MS);
    this.#pages = [page, ...earlier];
    this.#text = text;
    this.#values = valuesOf(page, earlier, serverMs);
    return {
      ok: true,
      values: this.#values,
      counts: last ? countsOf(page, last) : {},
      gone: [...page.metrics].filter(([, series]) => ![...series.values()].some(isThere)).map(([name]) => name),
      restarted: last !== undefined && hasRestarted(page, last),
    };
  }

  #aged(byMs: number): SignalValue[] {
    return this.#values.map((value) => ({ ...value, ageMs: value.ageMs + byMs }));
  }
}

function valuesOf(page: Page, earlier: readonly Page[], serverMs: number): SignalValue[] {
  const values = new Map<SignalName, SignalValue>();
  for (const recipe of recipes()) {
    const { signal } = recipe;
    const metrics = metricsOf(recipe);
    if (values.has(signal) || !metrics.every((name) => seriesOf(page, name, {}).length > 0)) continue;
    const value = prepare(recipe, page, earlier);
    if (value === undefined || !Number.isFinite(value)) continue;
    values.set(signal, { signal, value, ageMs: ageOf(metrics, page, serverMs) });
  }
  return [...values.values()];
}

/** Several exporters behind one page may count the same: theirs is added up. */
function countsOf(now: Page, then: Page): Counts {
  const counts: Counts = {};
  for (const { what, metric, where } of counters()) {
    if (!now.metrics.has(metric)) continue;
    counts[what] = (counts[what] ?? 0) + sumOf(increases(metric, where, now, then).map(({ by }) => by));
  }
  return counts;
}

function hasRestarted(now: Page, then: Page): boolean {
  return [...now.metrics].some(
    ([name, series]) =>
      name.endsWith('_total') &&
      [...series].some(
        ([key, { value, isPresent }]) => isPresent && value < (then.metrics.get(name)?.get(key)?.value ?? 0),
      ),
  );
}

/** Of the oldest value, where the exporter gives times; a clock that is ahead of ours makes nothing younger than now. */
function ageOf(metrics: readonly string[], page: Page, serverMs: number): number {
  const times = metrics.flatMap((name) => seriesOf(page, name, {})).map(({ timestampMs }) => timestampMs ?? serverMs);
  return Math.max(0, serverMs - Math.min(...times));
}

function pageOf(atMs: number, samples: readonly MetricSample[], before: Page | undefined): Page {
  const metrics = new Map<string, Map<string, Series>>();
  for (const [name, series] of before?.metrics ?? []) {
    metrics.set(name, new Map([...series].map(([key, each]) => [key, { ...each, isPresent: false }])));
  }
  for (const { name, labels, value, timestampMs } of samples) {
    if (Number.isNaN(value)) continue;
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    let series = metrics.get(name);
    if (!series) {
      series = new Map();
      metrics.set(name, series);
    }
    series.set(key, { labels, value, total: totalOf(value, series.get(key)), timestampMs, isPresent: true });
  }
  return { atMs, metrics };
}

/** A counter that is lower than before began anew, at nothing. */
function totalOf(value: number, before: Series | undefined): number {
  if (!before) return value;
  return before.total + (value >= before.value ? value - before.value : value);
}

/** Over the shortest stretch that has counted enough; undefined when none has. */
function prepare({ value, from }: Recipe, now: Page, earlier: readonly Page[]): number | undefined {
  if (!needsIncrease(value)) return evaluate(value, now, now);
  const then = earlier.find(
    (past) => !from || evaluate(from.of, now, past) * ((now.atMs - past.atMs) / 1_000) >= from.atLeast,
  );
  return then && evaluate(value, now, then);
}

function needsIncrease(expression: Expression): boolean {
  if (typeof expression === 'number') return false;
  if ('rate' in expression || 'of' in expression) return true;
  if ('least' in expression) return expression.least.some(needsIncrease);
  return (
    !('sum' in expression || 'max' in expression) && (needsIncrease(expression[0]) || needsIncrease(expression[2]))
  );
}

function evaluate(expression: Expression, now: Page, then: Page): number {
  if (typeof expression === 'number') return expression;
  if ('sum' in expression) return sumOf(seriesOf(now, expression.sum, expression.where).map(({ value }) => value));
  if ('max' in expression) {
    return Math.max(...seriesOf(now, expression.max, expression.where).map(({ value }) => value));
  }
  if ('rate' in expression) {
    return sumOf(increases(expression.rate, expression.where, now, then).map(({ by }) => by)) / secondsOf(now, then);
  }
  if ('of' in expression) {
    return quantile(expression.quantile, increases(`${expression.of}_bucket`, expression.where, now, then));
  }
  if ('least' in expression) return Math.min(...expression.least.map((each) => evaluate(each, now, then)));
  const [left, operator, right] = [
    evaluate(expression[0], now, then),
    expression[1],
    evaluate(expression[2], now, then),
  ];
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}

function seriesOf(page: Page, name: string, where: Where): Series[] {
  const series = [...(page.metrics.get(name)?.values() ?? [])];
  return series.filter((each) => isThere(each) && matches(each.labels, where));
}

function isThere({ isPresent }: Series): boolean {
  return isPresent;
}

function matches(labels: Where, where: Where): boolean {
  return Object.entries(where).every(([label, wanted]) => {
    const value = labels[label] ?? '';
    return wanted.startsWith('~') ? new RegExp(`^(?:${wanted.slice(1)})$`).test(value) : value === wanted;
  });
}

interface Increase {
  readonly labels: Where;
  readonly by: number;
}

/** A series that was not there before has counted from nothing. */
function increases(name: string, where: Where, now: Page, then: Page): Increase[] {
  const before = then.metrics.get(name);
  return [...(now.metrics.get(name) ?? [])]
    .filter(([, { labels }]) => matches(labels, where))
    .map(([key, { labels, total }]) => ({ labels, by: total - (before?.get(key)?.total ?? 0) }));
}

/**
 * As Prometheus' histogram_quantile: linear within the bucket that holds the rank; the highest finite bound when that is
 * the last one. NaN when nothing was counted.
 */
function quantile(share: number, buckets: readonly Increase[]): number {
  const counts = new Map<number, number>();
  for (const { labels, by } of buckets) {
    const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + by);
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const total = sorted.at(-1)?.[1] ?? 0;
  if (!(total > 0)) return Number.NaN;
  const rank = share * total;
  const index = sorted.findIndex(([, count]) => count >= rank);
  const [bound, count] = sorted[index]!;
  const [lower, below] = sorted[index - 1] ?? [0, 0];
  return bound === Number.POSITIVE_INFINITY ? lower : lower + (bound - lower) * ((rank - below) / (count - below));
}

function secondsOf(now: Page, then: Page): number {
  return (now.atMs - then.atMs) / 1_000;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
