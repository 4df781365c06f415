/**
 * Every promise of the launch checklist and of the platform's targets, one line each. k6's thresholds, the facts that a
 * run counts, the judge, the alerts and the sign-off page are derived from this table; no other file states a limit.
 */
import { ASIDE, RUN } from './behaviour.ts';
import { METRIC } from './wire/facts.ts';
import { TIERS, type Tier } from './wire/fixtures.ts';
import type { RouteName, ServerPart } from './wire/routes.ts';
import type { SignalLimit, SignalName } from './wire/signals.ts';
import {
  type Phase,
  type PhaseName,
  plannedJourneysPerSecond,
  scenarioOf,
  type TestName,
  THROUGHPUT_FLOOR,
} from './workloads.ts';

/** must: the launch hangs on it; should: shown and asked about. */
export type Severity = 'must' | 'should';

/** What a criterion is judged in, each by itself: holds, the whole run, or, where tiers are inspected, each of them. */
export type Occasion = PhaseName | typeof RUN | Tier;

/**
 * Routes that one promise speaks of. Journeys ask for all of a group's routes equally often, so that none can hide
 * behind the others.
 */
export const ROUTE_GROUPS = {
  dashboards: ['GET /api/creator/analytics', 'GET /api/creator/stats'],
  'simple reads': ['GET /api/chronos/balance', 'GET /api/calendar/events', 'GET /api/chat', 'GET /api/chat/history'],
  writes: ['POST /api/chat/feedback', 'PATCH /api/chat/session/:id'],
} as const satisfies Record<string, readonly RouteName[]>;
export type RouteGroup = keyof typeof ROUTE_GROUPS;

/** Parts of the platform's own time, known where it sends `Server-Timing`. */
export const SERVER_SUBJECTS = { 'vector search': 'vector' } as const satisfies Record<string, ServerPart>;
export type ServerSubject = keyof typeof SERVER_SUBJECTS;

interface Pledge {
  /** `<test>.<what>`: how reports, baselines and the checklist refer to it. */
  readonly id: string;
  readonly test: TestName;
  readonly phases: readonly Occasion[];
  readonly severity: Severity;
  /** Where the promise was made. */
  readonly source: string;
}

/** So many per cent of the requests are answered well within `below` ms. */
export interface PercentileCriterion extends Pledge {
  readonly stat: 'p95' | 'p99';
  readonly route: RouteName | RouteGroup | ServerSubject;
  /** ms, exclusive. */
  readonly below: number;
}

/** Of all requests, or of all videos that are processed, less than `below` (ratio 0..1) fail. */
export interface FailureCriterion extends Pledge {
  readonly stat: 'failures';
  readonly route: RouteName | 'every request' | 'video processing';
  readonly below: number;
}

/** Of the arrivals of an open scenario, less than `below` (ratio 0..1) find no user who is free. */
export interface DroppedCriterion extends Pledge {
  readonly stat: 'dropped';
  readonly scenario: string;
  readonly below: number;
}

/** The hold carries at least this share of the requests that its users and their pace plan. */
export interface ThroughputCriterion extends Pledge {
  readonly stat: 'throughput';
  /** Asked once in each journey of the scenario; `POST /api/chat` as often as the scenario says. */
  readonly route: RouteName;
  readonly scenario: string;
  /** Ratio of the plan, 0..1. */
  readonly atLeast: number;
}

/** Something is answered just as PLATFORM.md says, each time that it is looked at. */
export interface ConformanceCriterion extends Pledge {
  readonly stat: 'conformance';
  /** In words. */
  readonly subject: string;
}

/** The p95 is at most so many times what it was in an earlier phase under the same load. */
export interface RelativeCriterion extends Pledge {
  readonly stat: 'recovery' | 'drift';
  readonly route: RouteName | RouteGroup;
  readonly against: PhaseName;
  readonly atMostTimes: number;
}

/** So many videos are processed in an hour. */
export interface ProcessingCriterion extends Pledge {
  readonly stat: 'processing';
  readonly atLeastPerHour: number;
}

/** A reading of the platform's own, judged by its worst over the hold. */
export interface SignalCriterion extends Pledge {
  readonly stat: 'signal';
  readonly signal: SignalName;
  readonly limit: SignalLimit;
}

export type Criterion =
  | PercentileCriterion
  | FailureCriterion
  | DroppedCriterion
  | ThroughputCriterion
  | ConformanceCriterion
  | RelativeCriterion
  | ProcessingCriterion
  | SignalCriterion;

/** Criteria that are judged by the share of samples over their limit. */
export type ShareCriterion = PercentileCriterion | FailureCriterion | DroppedCriterion;

const LOADED = ['normal', 'peak', 'stress'] as const;
const ARRIVING = ['normal', 'burst', 'spike'] as const;
const LIMITED = ['free', 'basic', 'pro'] as const;

/** Success Criteria; Alerts for what the AI provider leaves; Deployment Day for health checks. */
const SIGNAL_LIMITS = {
  db_connections_used_ratio: { below: 0.8 },
  queue_depth: { below: 50 },
  cache_hit_ratio: { above: 0.6 },
  ai_remaining_ratio: { atLeast: 0.1 },
  healthy: { atLeast: 1 },
} as const satisfies Partial<Record<SignalName, SignalLimit>>;

/** What the infrastructure must allow for the launch (checklist, phase 1); `launchgate audit` holds it against that. */
export const INFRASTRUCTURE = {
  /** At a time. */
  users: 1_000,
  /** Database connections of the app (Supabase Pro). */
  connections: 60,
  /** Videos that are processed at a time. */
  processingWorkers: 10,
  /** Longest life of a cache entry, s: 15 minutes, with room for those who mean "about". */
  cacheSeconds: 1_200,
} as const;

// biome-ignore format: one line a promise
export const CRITERIA: readonly Criterion[] = [
  { id: 'chat.p95', test: 'chat', route: 'POST /api/chat', phases: LOADED, stat: 'p95', below: 5_000, severity: 'must', source: 'Success Criteria: Chat API p95' },
  { id: 'chat.p99', test: 'chat', route: 'POST /api/chat', phases: LOADED, stat: 'p99', below: 10_000, severity: 'must', source: 'Success Criteria: Chat API p99' },
  { id: 'chat.failures.normal', test: 'chat', route: 'every request', phases: ['normal'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'chat.failures.loaded', test: 'chat', route: 'every request', phases: ['peak', 'stress'], stat: 'failures', below: 0.02, severity: 'must', source: 'Success Criteria: Error Rate (Peak Load)' },
  { id: 'chat.throughput', test: 'chat', route: 'POST /api/chat', scenario: 'students', phases: LOADED, stat: 'throughput', atLeast: THROUGHPUT_FLOOR, severity: 'must', source: 'DESIGN: a closed model needs a floor' },
  { id: 'chat.connections', test: 'chat', phases: LOADED, stat: 'signal', signal: 'db_connections_used_ratio', limit: SIGNAL_LIMITS.db_connections_used_ratio, severity: 'must', source: 'Success Criteria: DB Connection Usage' },
  // No cache hits here: every message is its own, and 400 newcomers of a ramp find nothing of theirs in the cache.
  { id: 'chat.ai-headroom', test: 'chat', phases: LOADED, stat: 'signal', signal: 'ai_remaining_ratio', limit: SIGNAL_LIMITS.ai_remaining_ratio, severity: 'should', source: 'Alerts: AI rate limit approaching' },

  { id: 'quick.chat.p95', test: 'quick', route: 'POST /api/chat', phases: ['normal'], stat: 'p95', below: 5_000, severity: 'must', source: 'Success Criteria: Chat API p95' },
  { id: 'quick.dashboards.p95', test: 'quick', route: 'dashboards', phases: ['normal'], stat: 'p95', below: 3_000, severity: 'must', source: 'Targets: dashboards' },
  { id: 'quick.failures', test: 'quick', route: 'every request', phases: ['normal'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },

  { id: 'video.upload-url.p95', test: 'video', route: 'POST /api/video/upload-url', phases: LOADED, stat: 'p95', below: 1_000, severity: 'must', source: 'Targets: upload-url' },
  { id: 'video.upload-url.p99', test: 'video', route: 'POST /api/video/upload-url', phases: LOADED, stat: 'p99', below: 2_000, severity: 'must', source: 'Targets: upload-url' },
  { id: 'video.failures.normal', test: 'video', route: 'every request', phases: ['normal'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'video.failures.loaded', test: 'video', route: 'every request', phases: ['peak', 'stress'], stat: 'failures', below: 0.02, severity: 'must', source: 'Success Criteria: Error Rate (Peak Load)' },
  { id: 'video.throughput', test: 'video', route: 'POST /api/video/upload-url', scenario: 'uploaders', phases: LOADED, stat: 'throughput', atLeast: THROUGHPUT_FLOOR, severity: 'must', source: 'DESIGN: a closed model needs a floor' },
  { id: 'video.processing.rate', test: 'video', phases: ['peak', 'stress'], stat: 'processing', atLeastPerHour: 100, severity: 'must', source: 'Success Criteria: Video Processing Rate' },
  { id: 'video.processing.failures', test: 'video', route: 'video processing', phases: [RUN], stat: 'failures', below: 0.02, severity: 'should', source: 'Targets: processing failures' },
  { id: 'video.queue', test: 'video', phases: LOADED, stat: 'signal', signal: 'queue_depth', limit: SIGNAL_LIMITS.queue_depth, severity: 'must', source: 'Success Criteria: Processing Queue Depth' },
  { id: 'video.publishers.dropped', test: 'video', scenario: 'publishers', phases: [RUN], stat: 'dropped', below: 0.02, severity: 'should', source: 'DESIGN: dropped arrivals are failures' },
  { id: 'video.refusals', test: 'video', subject: 'refused uploads', phases: [RUN], stat: 'conformance', severity: 'must', source: 'PLATFORM: POST /api/video/upload-url' },

  { id: 'auth.sign-in.p95', test: 'auth', route: 'POST /auth/v1/token password', phases: ARRIVING, stat: 'p95', below: 2_000, severity: 'must', source: 'Targets: auth' },
  { id: 'auth.sign-in.p99', test: 'auth', route: 'POST /auth/v1/token password', phases: ARRIVING, stat: 'p99', below: 5_000, severity: 'must', source: 'Targets: auth' },
  { id: 'auth.refresh.p95', test: 'auth', route: 'POST /auth/v1/token refresh_token', phases: ARRIVING, stat: 'p95', below: 2_000, severity: 'must', source: 'Targets: auth' },
  { id: 'auth.refresh.p99', test: 'auth', route: 'POST /auth/v1/token refresh_token', phases: ARRIVING, stat: 'p99', below: 5_000, severity: 'must', source: 'Targets: auth' },
  { id: 'auth.failures', test: 'auth', route: 'every request', phases: ARRIVING, stat: 'failures', below: 0.005, severity: 'must', source: 'Targets: auth errors' },
  { id: 'auth.dropped', test: 'auth', scenario: 'visitors', phases: [RUN], stat: 'dropped', below: 0.005, severity: 'must', source: 'DESIGN: dropped arrivals are failures' },

  { id: 'database.dashboards.p95', test: 'database', route: 'dashboards', phases: ['normal', 'peak'], stat: 'p95', below: 3_000, severity: 'must', source: 'Targets: dashboards' },
  { id: 'database.dashboards.p99', test: 'database', route: 'dashboards', phases: ['normal', 'peak'], stat: 'p99', below: 5_000, severity: 'must', source: 'Targets: dashboards' },
  { id: 'database.vector.p95', test: 'database', route: 'vector search', phases: ['normal', 'peak'], stat: 'p95', below: 2_000, severity: 'must', source: 'Targets: vector search' },
  { id: 'database.vector.p99', test: 'database', route: 'vector search', phases: ['normal', 'peak'], stat: 'p99', below: 5_000, severity: 'must', source: 'Targets: vector search' },
  { id: 'database.reads.p95', test: 'database', route: 'simple reads', phases: ['normal', 'peak'], stat: 'p95', below: 100, severity: 'should', source: 'Targets: simple reads' },
  { id: 'database.writes.p95', test: 'database', route: 'writes', phases: ['normal', 'peak'], stat: 'p95', below: 200, severity: 'should', source: 'Targets: writes' },
  { id: 'database.failures.normal', test: 'database', route: 'every request', phases: ['normal', 'recovery'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'database.failures.loaded', test: 'database', route: 'every request', phases: ['peak'], stat: 'failures', below: 0.02, severity: 'must', source: 'Success Criteria: Error Rate (Peak Load)' },
  { id: 'database.throughput', test: 'database', route: 'GET /api/creator/stats', scenario: 'creators', phases: ['normal', 'peak'], stat: 'throughput', atLeast: THROUGHPUT_FLOOR, severity: 'must', source: 'DESIGN: a closed model needs a floor' },
  { id: 'database.recovery', test: 'database', route: 'dashboards', phases: ['recovery'], against: 'fill', stat: 'recovery', atMostTimes: 1.5, severity: 'must', source: 'Checklist: database test, recovery' },
  { id: 'database.connections', test: 'database', phases: ['normal', 'peak'], stat: 'signal', signal: 'db_connections_used_ratio', limit: SIGNAL_LIMITS.db_connections_used_ratio, severity: 'must', source: 'Success Criteria: DB Connection Usage' },
  { id: 'database.cache-hits', test: 'database', phases: ['normal', 'peak'], stat: 'signal', signal: 'cache_hit_ratio', limit: SIGNAL_LIMITS.cache_hit_ratio, severity: 'must', source: 'Success Criteria: Cache Hit Rate' },

  { id: 'rate-limits.minute.exact', test: 'rate-limits', subject: 'limits a minute: the first N pass, the next does not', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.minute.headers', test: 'rate-limits', subject: 'limits a minute: headers, Retry-After and body of the refusal', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.minute.at-once', test: 'rate-limits', subject: 'limits a minute: of 30 at once, exactly those allowed pass', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.minute.others', test: 'rate-limits', subject: 'limits a minute: another user is not affected', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.minute.recovery', test: 'rate-limits', subject: 'limits a minute: let through within two windows after Retry-After', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.hour.exact', test: 'rate-limits', subject: 'limits an hour: the first N pass, the next does not', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.hour.headers', test: 'rate-limits', subject: 'limits an hour: headers, Retry-After and body of the refusal', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.hour.at-once', test: 'rate-limits', subject: 'limits an hour: of 30 at once, exactly those allowed pass', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.hour.others', test: 'rate-limits', subject: 'limits an hour: another user is not affected', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.hour.recovery', test: 'rate-limits', subject: 'limits an hour: let through within two windows after Retry-After', phases: LIMITED, stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.quota', test: 'rate-limits', subject: 'a used-up quota is 403, a rate limit is 429', phases: ['free'], stat: 'conformance', severity: 'must', source: 'PLATFORM: POST /api/chat' },
  { id: 'rate-limits.closed', test: 'rate-limits', subject: 'a tier without access is refused with 403', phases: ['free', 'basic'], stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },
  { id: 'rate-limits.unlimited', test: 'rate-limits', subject: 'no limit means no limit', phases: ['enterprise'], stat: 'conformance', severity: 'must', source: 'PLATFORM: Limits' },

  { id: 'mixed.chat.p95', test: 'mixed', route: 'POST /api/chat', phases: ['normal', 'stress'], stat: 'p95', below: 5_000, severity: 'must', source: 'Success Criteria: Chat API p95' },
  { id: 'mixed.chat.p99', test: 'mixed', route: 'POST /api/chat', phases: ['normal', 'stress'], stat: 'p99', below: 10_000, severity: 'must', source: 'Success Criteria: Chat API p99' },
  { id: 'mixed.dashboards.p95', test: 'mixed', route: 'dashboards', phases: ['normal', 'stress'], stat: 'p95', below: 3_000, severity: 'must', source: 'Targets: dashboards' },
  { id: 'mixed.upload-url.p95', test: 'mixed', route: 'POST /api/video/upload-url', phases: ['stress'], stat: 'p95', below: 1_000, severity: 'must', source: 'Targets: upload-url' },
  { id: 'mixed.sign-in.p95', test: 'mixed', route: 'POST /auth/v1/token password', phases: ['stress'], stat: 'p95', below: 2_000, severity: 'must', source: 'Targets: auth' },
  { id: 'mixed.failures.normal', test: 'mixed', route: 'every request', phases: ['normal'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'mixed.failures.loaded', test: 'mixed', route: 'every request', phases: ['stress'], stat: 'failures', below: 0.02, severity: 'must', source: 'Success Criteria: Error Rate (Peak Load)' },
  { id: 'mixed.throughput', test: 'mixed', route: 'POST /api/chat', scenario: 'students', phases: ['normal', 'stress'], stat: 'throughput', atLeast: THROUGHPUT_FLOOR, severity: 'must', source: 'Success Criteria: Max Concurrent Users' },
  { id: 'mixed.dropped', test: 'mixed', scenario: 'visitors', phases: [RUN], stat: 'dropped', below: 0.01, severity: 'must', source: 'DESIGN: dropped arrivals are failures' },
  { id: 'mixed.connections', test: 'mixed', phases: ['normal', 'stress'], stat: 'signal', signal: 'db_connections_used_ratio', limit: SIGNAL_LIMITS.db_connections_used_ratio, severity: 'must', source: 'Success Criteria: DB Connection Usage' },

  { id: 'spike.chat.p95', test: 'spike', route: 'POST /api/chat', phases: ['normal', 'spike'], stat: 'p95', below: 5_000, severity: 'must', source: 'Success Criteria: Chat API p95' },
  { id: 'spike.chat.p99', test: 'spike', route: 'POST /api/chat', phases: ['spike'], stat: 'p99', below: 10_000, severity: 'must', source: 'Success Criteria: Chat API p99' },
  { id: 'spike.failures.normal', test: 'spike', route: 'every request', phases: ['normal', 'recovery'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'spike.failures.loaded', test: 'spike', route: 'every request', phases: ['spike'], stat: 'failures', below: 0.02, severity: 'must', source: 'Success Criteria: Error Rate (Peak Load)' },
  { id: 'spike.throughput', test: 'spike', route: 'POST /api/chat', scenario: 'students', phases: ['spike'], stat: 'throughput', atLeast: THROUGHPUT_FLOOR, severity: 'must', source: 'DESIGN: a closed model needs a floor' },
  { id: 'spike.recovery', test: 'spike', route: 'POST /api/chat', phases: ['recovery'], against: 'normal', stat: 'recovery', atMostTimes: 1.5, severity: 'must', source: 'Checklist: database test, recovery' },
  { id: 'spike.connections', test: 'spike', phases: ['normal', 'spike', 'recovery'], stat: 'signal', signal: 'db_connections_used_ratio', limit: SIGNAL_LIMITS.db_connections_used_ratio, severity: 'must', source: 'Success Criteria: DB Connection Usage' },

  { id: 'soak.chat.p95', test: 'soak', route: 'POST /api/chat', phases: ['normal', 'early', 'middle', 'late'], stat: 'p95', below: 5_000, severity: 'must', source: 'Success Criteria: Chat API p95' },
  { id: 'soak.failures', test: 'soak', route: 'every request', phases: ['normal', 'early', 'middle', 'late'], stat: 'failures', below: 0.01, severity: 'must', source: 'Success Criteria: Error Rate (Normal Load)' },
  { id: 'soak.drift.chat', test: 'soak', route: 'POST /api/chat', phases: ['late'], against: 'early', stat: 'drift', atMostTimes: 1.2, severity: 'must', source: 'DESIGN: nothing may grow over hours' },
  { id: 'soak.drift.dashboards', test: 'soak', route: 'dashboards', phases: ['late'], against: 'early', stat: 'drift', atMostTimes: 1.2, severity: 'must', source: 'DESIGN: nothing may grow over hours' },
  { id: 'soak.memory', test: 'soak', phases: ['late'], stat: 'signal', signal: 'memory_growth_ratio', limit: { below: 1.2 }, severity: 'should', source: 'DESIGN: nothing may grow over hours' },
  { id: 'soak.connections', test: 'soak', phases: ['normal', 'early', 'middle', 'late'], stat: 'signal', signal: 'db_connections_used_ratio', limit: SIGNAL_LIMITS.db_connections_used_ratio, severity: 'must', source: 'Success Criteria: DB Connection Usage' },
];

/** A figure that runs are compared by. Lower is better for all but throughput. */
export interface Headline {
  /** `<test>.<stat>.<phase>`, with what it is of before the stat where a test has several */
  readonly id: string;
  readonly test: TestName;
  readonly phase: PhaseName;
  readonly stat: 'p50' | 'p95' | 'p99' | 'failures' | 'throughput';
  readonly route: PercentileCriterion['route'] | 'every request';
}

/**
 * At most eight a test: each more makes every comparison blinder to the others. p99 is left out on purpose: a hold of a
 * minute has a dozen or two of samples beyond it, and its noise would hide what p95 shows.
 */
// biome-ignore format: one line a figure
export const HEADLINES: readonly Headline[] = [
  { id: 'chat.p50.normal', test: 'chat', phase: 'normal', stat: 'p50', route: 'POST /api/chat' },
  { id: 'chat.p95.normal', test: 'chat', phase: 'normal', stat: 'p95', route: 'POST /api/chat' },
  { id: 'chat.failures.normal', test: 'chat', phase: 'normal', stat: 'failures', route: 'every request' },
  { id: 'chat.p95.peak', test: 'chat', phase: 'peak', stat: 'p95', route: 'POST /api/chat' },
  { id: 'chat.p50.stress', test: 'chat', phase: 'stress', stat: 'p50', route: 'POST /api/chat' },
  { id: 'chat.p95.stress', test: 'chat', phase: 'stress', stat: 'p95', route: 'POST /api/chat' },
  { id: 'chat.failures.stress', test: 'chat', phase: 'stress', stat: 'failures', route: 'every request' },
  { id: 'chat.throughput.stress', test: 'chat', phase: 'stress', stat: 'throughput', route: 'POST /api/chat' },

  { id: 'video.p95.normal', test: 'video', phase: 'normal', stat: 'p95', route: 'POST /api/video/upload-url' },
  { id: 'video.p95.peak', test: 'video', phase: 'peak', stat: 'p95', route: 'POST /api/video/upload-url' },
  { id: 'video.p50.stress', test: 'video', phase: 'stress', stat: 'p50', route: 'POST /api/video/upload-url' },
  { id: 'video.p95.stress', test: 'video', phase: 'stress', stat: 'p95', route: 'POST /api/video/upload-url' },
  { id: 'video.failures.stress', test: 'video', phase: 'stress', stat: 'failures', route: 'every request' },
  { id: 'video.throughput.stress', test: 'video', phase: 'stress', stat: 'throughput', route: 'POST /api/video/upload-url' },

  { id: 'auth.sign-in.p95.burst', test: 'auth', phase: 'burst', stat: 'p95', route: 'POST /auth/v1/token password' },
  { id: 'auth.sign-in.p95.normal', test: 'auth', phase: 'normal', stat: 'p95', route: 'POST /auth/v1/token password' },
  { id: 'auth.sign-in.p50.spike', test: 'auth', phase: 'spike', stat: 'p50', route: 'POST /auth/v1/token password' },
  { id: 'auth.sign-in.p95.spike', test: 'auth', phase: 'spike', stat: 'p95', route: 'POST /auth/v1/token password' },
  { id: 'auth.refresh.p95.spike', test: 'auth', phase: 'spike', stat: 'p95', route: 'POST /auth/v1/token refresh_token' },
  { id: 'auth.failures.spike', test: 'auth', phase: 'spike', stat: 'failures', route: 'every request' },

  { id: 'database.dashboards.p95.normal', test: 'database', phase: 'normal', stat: 'p95', route: 'dashboards' },
  { id: 'database.dashboards.p50.peak', test: 'database', phase: 'peak', stat: 'p50', route: 'dashboards' },
  { id: 'database.dashboards.p95.peak', test: 'database', phase: 'peak', stat: 'p95', route: 'dashboards' },
  { id: 'database.vector.p95.normal', test: 'database', phase: 'normal', stat: 'p95', route: 'vector search' },
  { id: 'database.vector.p95.peak', test: 'database', phase: 'peak', stat: 'p95', route: 'vector search' },
  { id: 'database.failures.peak', test: 'database', phase: 'peak', stat: 'failures', route: 'every request' },
  { id: 'database.throughput.peak', test: 'database', phase: 'peak', stat: 'throughput', route: 'GET /api/creator/stats' },

  { id: 'mixed.chat.p50.stress', test: 'mixed', phase: 'stress', stat: 'p50', route: 'POST /api/chat' },
  { id: 'mixed.chat.p95.stress', test: 'mixed', phase: 'stress', stat: 'p95', route: 'POST /api/chat' },
  { id: 'mixed.dashboards.p95.stress', test: 'mixed', phase: 'stress', stat: 'p95', route: 'dashboards' },
  { id: 'mixed.upload-url.p95.stress', test: 'mixed', phase: 'stress', stat: 'p95', route: 'POST /api/video/upload-url' },
  { id: 'mixed.sign-in.p95.stress', test: 'mixed', phase: 'stress', stat: 'p95', route: 'POST /auth/v1/token password' },
  { id: 'mixed.failures.stress', test: 'mixed', phase: 'stress', stat: 'failures', route: 'every request' },
  { id: 'mixed.throughput.stress', test: 'mixed', phase: 'stress', stat: 'throughput', route: 'POST /api/chat' },

  { id: 'spike.p95.normal', test: 'spike', phase: 'normal', stat: 'p95', route: 'POST /api/chat' },
  { id: 'spike.p50.spike', test: 'spike', phase: 'spike', stat: 'p50', route: 'POST /api/chat' },
  { id: 'spike.p95.spike', test: 'spike', phase: 'spike', stat: 'p95', route: 'POST /api/chat' },
  { id: 'spike.failures.spike', test: 'spike', phase: 'spike', stat: 'failures', route: 'every request' },
  { id: 'spike.throughput.spike', test: 'spike', phase: 'spike', stat: 'throughput', route: 'POST /api/chat' },
  { id: 'spike.p95.recovery', test: 'spike', phase: 'recovery', stat: 'p95', route: 'POST /api/chat' },

  { id: 'soak.p95.early', test: 'soak', phase: 'early', stat: 'p95', route: 'POST /api/chat' },
  { id: 'soak.p95.late', test: 'soak', phase: 'late', stat: 'p95', route: 'POST /api/chat' },
  { id: 'soak.failures.late', test: 'soak', phase: 'late', stat: 'failures', route: 'every request' },
];

/** A criterion on one occasion: what the judge gives one verdict on. */
export interface Gate {
  readonly criterion: Criterion;
  readonly phase: Occasion;
}

/**
 * What is judged in these phases. The smoke profile holds only its own phase: there the promises of normal load apply,
 * on point values, but for those that need a load or a comparison.
 */
export function gatesOf(test: TestName, phases: readonly Phase[]): Gate[] {
  const held = phases.map(({ name }): Occasion => name);
  return CRITERIA.filter((criterion) => criterion.test === test).flatMap((criterion) => {
    const beyond = criterion.phases.filter((phase) => phase === RUN || isTier(phase));
    return [...held, ...beyond].filter((phase) => appliesIn(criterion, phase)).map((phase) => ({ criterion, phase }));
  });
}

/** What is promised of a signal at any time, of which alerts are made; undefined where nothing is. */
export function limitOfSignal(signal: SignalName): SignalLimit | undefined {
  if (signal === 'chat_p95_ms') return { below: promised('chat.p95') };
  if (signal === 'failed_requests_ratio') return { below: promised('chat.failures.normal') };
  const limits: Partial<Record<SignalName, SignalLimit>> = SIGNAL_LIMITS;
  return limits[signal];
}

function promised(id: string): number {
  const criterion = CRITERIA.find((each) => each.id === id);
  if (!criterion || !('below' in criterion)) throw new Error(`thresholds.ts has no limit "${id}".`);
  return criterion.below;
}

/** Whether a criterion is counted and judged on this occasion. */
export function appliesIn(criterion: Criterion, phase: string): boolean {
  const phases: readonly string[] = criterion.phases;
  return phases.includes(phase) || (phase === 'smoke' && phases.includes('normal') && isPointwise(criterion));
}

/** What a criterion speaks of, in words. */
export function subjectOf(criterion: Criterion): string {
  switch (criterion.stat) {
    case 'dropped':
      return `arriving ${criterion.scenario}`;
    case 'conformance':
      return criterion.subject;
    case 'processing':
      return 'video processing';
    case 'signal':
      return criterion.signal;
    default:
      return criterion.route;
  }
}

export function isShare(criterion: Criterion): criterion is ShareCriterion {
  return ['p95', 'p99', 'failures', 'dropped'].includes(criterion.stat);
}

/** Share of samples that may be over the limit for the criterion to hold, 0..1. */
export function allowedShare(criterion: ShareCriterion): number {
  if (criterion.stat === 'failures' || criterion.stat === 'dropped') return criterion.below;
  return criterion.stat === 'p95' ? 0.05 : 0.01;
}

/** Requests of the criterion's route that a hold must have at least. */
export function throughputFloor(criterion: ThroughputCriterion, phase: Phase, pace: number): number {
  const { test, scenario, route, atLeast } = criterion;
  const perSecond = plannedJourneysPerSecond(test, scenario, phase.load[scenario] ?? 0, pace);
  const perJourney = route === 'POST /api/chat' ? scenarioOf(test, scenario).asks : 1;
  return atLeast * perSecond * perJourney * phase.holdSeconds;
}

/** A criterion of a route's durations or failures: requests are counted under it. */
export type CountedCriterion = PercentileCriterion | FailureCriterion;

/** The criteria that requests of this test are counted under. */
export function countedCriteria(test: TestName): CountedCriterion[] {
  return CRITERIA.filter(
    (criterion): criterion is CountedCriterion =>
      criterion.test === test &&
      (criterion.stat === 'p95' || criterion.stat === 'p99' || criterion.stat === 'failures'),
  );
}

/** The group of a route, where one promise speaks of several. */
export function groupOf(route: RouteName): RouteGroup | undefined {
  const groups = Object.entries(ROUTE_GROUPS) as [RouteGroup, readonly RouteName[]][];
  return groups.find(([, routes]) => routes.includes(route))?.[0];
}

export function isGroup(subject: string): subject is RouteGroup {
  return subject in ROUTE_GROUPS;
}

/** The part of the server's time that a subject is, if it is one. */
export function partOf(subject: string): ServerPart | undefined {
  const parts: Readonly<Record<string, ServerPart>> = SERVER_SUBJECTS;
  return parts[subject];
}

interface K6Gate {
  readonly metric: string;
  readonly expression: string;
}

/**
 * k6's own thresholds for one gate. The percentiles and rates are stated as shares over the limit, in which failed
 * requests count as over; the plain durations stand beside them for people who read k6's table. A threshold without
 * samples passes in k6, so each has a `count>0` guard on the same requests.
 */
export function k6ThresholdsOf({ criterion, phase }: Gate, phases: readonly Phase[], pace: number): K6Gate[] {
  const overLimit = `${METRIC.overLimit}{criterion:${criterion.id},phase:${phase}}`;
  switch (criterion.stat) {
    case 'throughput': {
      // Of this scenario alone: where others ask for the same, they don't make up for it.
      const metric = `http_reqs{scenario:${criterion.scenario},${whereOf(criterion.route, phase)}}`;
      const planned = phases.filter(({ name }) => name === phase);
      return [
        { metric, expression: 'count>0' },
        ...planned.map((hold) => ({
          metric,
          expression: `count>=${Math.floor(throughputFloor(criterion, hold, pace))}`,
        })),
      ];
    }
    case 'failures': {
      const guarded = criterion.route === 'video processing' ? 'GET /api/video/status/:id' : criterion.route;
      return [
        { metric: requestsOf(guarded, phase), expression: 'count>0' },
        { metric: overLimit, expression: `rate<${criterion.below}` },
      ];
    }
    case 'p95':
    case 'p99': {
      const { route } = criterion;
      const guard = { metric: requestsOf(route, phase), expression: 'count>0' };
      return [
        ...(partOf(route) ? [] : [guard]),
        { metric: overLimit, expression: `rate<=${allowedShare(criterion)}` },
        { metric: durationsOf(route, phase), expression: `p(${criterion.stat.slice(1)})<${criterion.below}` },
      ];
    }
    case 'conformance':
      return [
        { metric: requestsOf('every request', ASIDE), expression: 'count>0' },
        { metric: overLimit, expression: 'rate<=0' },
      ];
    case 'signal':
      // No guard: without a source there are no readings, and that fails no test.
      return [{ metric: overLimit, expression: 'rate<=0' }];
    default:
      return [];
  }
}

/** Metrics that k6 must keep for one gate without a threshold of its own. */
export function k6MetricsOf({ criterion, phase }: Gate): string[] {
  switch (criterion.stat) {
    case 'dropped':
      return [`iterations{scenario:${criterion.scenario}}`, `dropped_iterations{scenario:${criterion.scenario}}`];
    case 'recovery':
    case 'drift':
      return [durationsOf(criterion.route, criterion.against), durationsOf(criterion.route, phase)];
    case 'processing':
      return [`${METRIC.processed}{phase:${phase}}`];
    default:
      return [];
  }
}

/** k6's own thresholds for these gates, as its options want them. */
export function k6Thresholds(gates: readonly Gate[], phases: readonly Phase[], pace: number): Record<string, string[]> {
  const thresholds: Record<string, string[]> = {};
  for (const metric of gates.flatMap(k6MetricsOf)) thresholds[metric] = [];
  for (const { metric, expression } of gates.flatMap((gate) => k6ThresholdsOf(gate, phases, pace))) {
    thresholds[metric] ??= [];
    if (!thresholds[metric].includes(expression)) thresholds[metric].push(expression);
  }
  return thresholds;
}

function requestsOf(subject: string, phase: string): string {
  return `http_reqs{${whereOf(subject, phase)}}`;
}

/** Successful requests only: failed ones count as over the limit instead. */
function durationsOf(subject: string, phase: string): string {
  const part = partOf(subject);
  return part
    ? `server_${part}_ms{phase:${phase}}`
    : `http_req_duration{expected_response:true,${whereOf(subject, phase)}}`;
}

function whereOf(subject: string, phase: string): string {
  const names = subject === 'every request' ? [] : [`${isGroup(subject) ? 'family' : 'name'}:${subject}`];
  return [...names, ...(phase === RUN ? [] : [`phase:${phase}`])].join(',');
}

/** Whether a handful of samples in a small load says anything. */
function isPointwise({ stat }: Criterion): boolean {
  return stat === 'p95' || stat === 'p99' || stat === 'failures';
}

function isTier(phase: Occasion): phase is Tier {
  return (TIERS as readonly string[]).includes(phase);
}
