/** One number of users on a target: a run that ends as soon as its counts decide. */

import { CRITERIA } from '../../src/thresholds.ts';
import type { CapacityStep } from '../../src/wire/capacity-file.ts';
import { METRIC } from '../../src/wire/facts.ts';
import type { SourceLook } from '../../src/wire/looks.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { plannedPhases, type TestName, type Window, windowsOf } from '../../src/workloads.ts';
import { limitsUsed } from '../judge/capacity.ts';
import type { LoadSecond } from '../judge/sequential.ts';
import {
  type Decided,
  decideAtEnd,
  decideWhileRunning,
  type HeadroomReading,
  type Tally,
  withAiUse,
} from '../judge/step.ts';
import { type RunRequest, type RunResult, run } from './run.ts';
import type { Sample } from './samples/timeline-samples.ts';

export interface StepRequest extends Omit<RunRequest, 'k6Args' | 'onSample'> {
  test: TestName;
  users: number;
  length: CapacityStep['length'];
  holdSeconds: number;
}

export type MeasuredStep =
  | { kind: 'measured'; step: CapacityStep }
  /** The generator could not be trusted. */
  | { kind: 'invalid'; problems: string[] }
  | Extract<RunResult, { kind: 'stopped' }>;

/** Each decision's, one-sided. */
export const STEP_CONFIDENCE = 0.99;
const LOOK_EVERY_MS = 1_000;
/** Requests that are younger may still be under way, and are not in the samples yet. */
const SETTLED_SECONDS = 8;
/** So long a hold takes to be like itself. */
const SETTLING_MS = 5_000;

export async function measureStep(request: StepRequest): Promise<MeasuredStep> {
  const { test, users, length, holdSeconds, signal } = request;
  const settings: Settings = {
    ...request.settings,
    PROFILE: 'standard',
    USERS: String(users),
    STEP_SECONDS: String(holdSeconds),
  };
  const startedMs = performance.now();
  const watch = new StepWatch(test, windowsOf(test, plannedPhases(test, settings))[0]!);
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  let decided: Decided | undefined;
  const timer = setInterval(() => {
    const now = watch.decision();
    // A full step is cut short only by what can't hold any more.
    if (now.decision === 'breaks' || (length === 'short' && now.decision === 'holds')) decided ??= now;
    if (decided) stop.abort();
  }, LOOK_EVERY_MS);
  const { recordSignals } = request;
  const result = await run({
    ...request,
    settings,
    k6Args: [],
    signal: stop.signal,
    onSample: (sample) => watch.add(sample),
    ...(recordSignals && {
      recordSignals: (target, startedMs, saw) =>
        recordSignals(target, startedMs, (look) => {
          watch.look(look);
          saw(look);
        }),
    }),
  });
  clearInterval(timer);
  signal.removeEventListener('abort', abort);
  if (signal.aborted) return { kind: 'stopped', why: 'interrupted', problems: [] };
  if (result.kind === 'stopped') return result;
  const { verdict, folder } = result;
  if (verdict.outcome === 'invalid') return { kind: 'invalid', problems: verdict.reasons.map(({ text }) => text) };
  const cutShort = decided !== undefined;
  const { decision, because, thin } = decided ?? decideAtEnd(verdict, watch, length === 'full');
  const uses = limitsUsed(verdict.criteria.filter(({ stat }) => !cutShort || stat !== 'throughput'));
  return {
    kind: 'measured',
    step: {
      ...{ users, length, decision, because, thin, run: folder },
      minutes: (performance.now() - startedMs) / 60_000,
      requests: watch.requests,
      limits: withAiUse(uses, watch.headroom).map(({ criterion, used }) => ({ criterion, used })),
    },
  };
}

/** Counts a step's samples as they come. */
class StepWatch {
  readonly headroom: HeadroomReading[] = [];
  readonly queue: number[] = [];
  requests = 0;
  readonly #test: TestName;
  readonly #hold: Window;
  readonly #tallies = new Map<string, Tally>();
  readonly #seconds: { busyMs: number; endedMs: number; ended: number }[] = [];
  /** Unix ms of the first sample: k6 begins then, a second or two after it was started. */
  #startMs = 0;

  constructor(test: TestName, hold: Window) {
    this.#test = test;
    this.#hold = hold;
  }

  add(sample: Sample): void {
    const { metric, timeMs, value } = sample;
    const isHeld = sample.tag('phase') === this.#hold.phase && !this.#isSettling(timeMs);
    if (metric === METRIC.overLimit && isHeld) {
      const tally = this.#tallies.get(sample.tag('criterion')) ?? { seen: 0, over: 0 };
      this.#tallies.set(sample.tag('criterion'), { seen: tally.seen + 1, over: tally.over + (value > 0 ? 1 : 0) });
    }
    if (metric === METRIC.signal && sample.tag('signal') === 'ai_remaining_ratio') {
      if (isHeld) this.headroom.push({ second: timeMs / 1_000, left: value });
    }
    if (metric !== 'http_req_duration') return;
    this.requests++;
    this.#startMs ||= timeMs - value;
    this.#addBusy(timeMs - value - this.#startMs, timeMs - this.#startMs);
  }

  look({ atMs, values }: SourceLook): void {
    if (this.#startMs === 0 || this.#isSettling(atMs) || atMs - this.#startMs > this.#hold.toMs) return;
    if (!speaksOfQueue(this.#test, this.#hold.phase)) return;
    for (const { signal, value } of values) if (signal === 'queue_depth') this.queue.push(value);
  }

  /** What was asked in the ramp is still under way when the hold begins. */
  #isSettling(timeMs: number): boolean {
    return timeMs - this.#startMs < this.#hold.fromMs + SETTLING_MS;
  }

  decision(): Decided {
    const from = Math.ceil(this.#hold.fromMs / 1_000);
    const seconds = this.#seconds.slice(from, -SETTLED_SECONDS).map((second): LoadSecond => {
      const { busyMs, endedMs, ended } = second ?? { busyMs: 0, endedMs: 0, ended: 0 };
      return { inFlight: busyMs / 1_000, latencyMs: ended > 0 ? endedMs / ended : 0 };
    });
    return decideWhileRunning({
      ...{
        test: this.#test,
        phase: this.#hold.phase,
        tallies: this.#tallies,
        seconds,
        headroom: this.headroom,
        queue: this.queue,
        confidence: STEP_CONFIDENCE,
      },
    });
  }

  /** Spreads a request over the seconds in which it was under way. */
  #addBusy(fromMs: number, toMs: number): void {
    const last = Math.floor(toMs / 1_000);
    for (let second = Math.max(0, Math.floor(fromMs / 1_000)); second <= last; second++) {
      const entry = this.#seconds[second] ?? { busyMs: 0, endedMs: 0, ended: 0 };
      entry.busyMs += Math.min(toMs, (second + 1) * 1_000) - Math.max(fromMs, second * 1_000);
      this.#seconds[second] = entry;
    }
    const end = this.#seconds[last];
    if (!end) return;
    end.ended++;
    end.endedMs += toMs - fromMs;
  }
}

function speaksOfQueue(test: TestName, phase: string): boolean {
  return CRITERIA.some(
    (criterion) =>
      criterion.test === test &&
      criterion.severity === 'must' &&
      criterion.stat === 'signal' &&
      criterion.signal === 'queue_depth' &&
      (criterion.phases as readonly string[]).includes(phase),
  );
}
