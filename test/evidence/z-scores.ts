/**
 * The yardstick of diagnosis: causes ranked by plain z-scores of the figures that belong to them, loaded against calm. It
 * sees the same runs and the same figures, and knows nothing of what a cause looks like.
 */

import type { Load } from '../../gate/judge/calm-and-load.ts';
import type { View } from '../../gate/judge/run-facts.ts';
import { deviationOf, meanOf } from '../../gate/judge/scale.ts';
import { CAUSE_IDS, type CauseId } from '../../src/wire/diagnosis-file.ts';
import type { ServerPart } from '../../src/wire/routes.ts';
import type { SignalName } from '../../src/wire/signals.ts';

type Figure = (view: View) => number[];

const signal =
  (name: SignalName): Figure =>
  (view) =>
    view.signal(name);
const inBlocks =
  (value: (block: View) => number | null): Figure =>
  (view) =>
    view.blocks(2).flatMap((block) => value(block) ?? []);
const part = (name: ServerPart, routes?: readonly string[]) => inBlocks((block) => block.partMs(name, routes));
const duration = (route: string) => inBlocks((block) => block.durationMs([route]));
const failures = (kind: 'no-connection' | 'ai-limit') => inBlocks((block) => block.failures([kind]));

const DASHBOARDS = ['GET /api/creator/analytics', 'GET /api/creator/stats'];
const LISTS = [...DASHBOARDS, 'GET /api/calendar/events', 'GET /api/video/list'];

const FIGURES: Readonly<Record<CauseId, readonly Figure[]>> = {
  connections: [signal('db_connections_used_ratio'), signal('db_pool_waiting'), failures('no-connection')],
  'vector-index': [part('vector'), signal('vector_query_ms')],
  'ai-limit': [part('ai'), signal('ai_remaining_ratio'), signal('ai_throttled_per_minute'), failures('ai-limit')],
  'video-workers': [signal('queue_depth'), signal('queue_oldest_wait_s')],
  cache: [signal('cache_hit_ratio'), part('db', DASHBOARDS)],
  'session-lookup': [part('auth'), signal('auth_ms')],
  media: [signal('media_from_app'), duration('GET thumbnail')],
  'n-plus-one': [part('db', LISTS), signal('queries_per_request')],
};

/** An alarm at this many standard deviations. */
export const ALARM = 3;

export interface Scored {
  cause: CauseId;
  score: number;
}

/** The highest first. */
export function zScores({ calm, loaded }: Load): Scored[] {
  return CAUSE_IDS.map((cause) => {
    const scores = calm ? FIGURES[cause].map((figure) => zOf(figure(calm), figure(loaded))) : [];
    return { cause, score: Math.max(0, ...scores) };
  }).sort((a, b) => b.score - a.score);
}

function zOf(calm: readonly number[], loaded: readonly number[]): number {
  if (calm.length < 3 || loaded.length < 3) return 0;
  const difference = Math.abs(meanOf(loaded) - meanOf(calm));
  return difference === 0 ? 0 : difference / Math.max(deviationOf(calm), 1e-6);
}
