/**
 * The runs by which the diagnosis is held to account: each weak point alone at two strengths, healthy platforms, pairs, and
 * faults that are none of the weak points. Short and small, so that a laptop is never what is measured: limits are made
 * as small as the load.
 */
import type { CauseId } from '../../src/wire/diagnosis-file.ts';
import type { Edit } from './short-project.ts';

export interface Case {
  /** e.g. `ai-limit strong 1` */
  name: string;
  group: 'single' | 'healthy' | 'pair' | 'other';
  /** What is switched on; none for healthy platforms and other faults. */
  causes: readonly CauseId[];
  strength: 'mild' | 'strong' | '';
  test: 'database' | 'mixed' | 'video';
  users: number;
  seed: number;
  switches: readonly string[];
}

type Switched = Omit<Case, 'name' | 'seed' | 'group' | 'strength'> & { switches: readonly string[] };

const database = (causes: readonly CauseId[], users: number, ...switches: string[]): Switched => ({
  ...{ causes, test: 'database', users, switches },
});
const mixed = (causes: readonly CauseId[], users: number, ...switches: string[]): Switched => ({
  ...{ causes, test: 'mixed', users, switches },
});
const video = (causes: readonly CauseId[], ...switches: string[]): Switched => ({
  ...{ causes, test: 'video', users: 10, switches },
});

/** Mild is what a smaller load or a larger limit makes of it; both are met by the load. */
const SINGLE: readonly (readonly [mild: Switched, strong: Switched])[] = [
  [
    database(['connections'], 80, 'connectionHold=request', 'connectionLimit=12', 'connectMs=25'),
    database(['connections'], 80, 'connectionHold=request', 'connectionLimit=6', 'connectMs=25'),
  ],
  [
    database(['vector-index'], 80, 'vectorIndex=off', 'chunks=4000'),
    database(['vector-index'], 80, 'vectorIndex=off', 'chunks=10000'),
  ],
  [
    database(['ai-limit'], 80, 'aiRequestsPerMinute=80', 'aiQueue=off'),
    database(['ai-limit'], 80, 'aiRequestsPerMinute=30', 'aiQueue=off'),
  ],
  [video(['video-workers'], 'videoWorkers=4'), video(['video-workers'], 'videoWorkers=1')],
  [database(['cache'], 40, 'cache=off'), database(['cache'], 80, 'cache=off')],
  [
    database(['session-lookup'], 80, 'sessionLookup=database', 'sessionLookupMs=5'),
    database(['session-lookup'], 80, 'sessionLookup=database', 'sessionLookupMs=20'),
  ],
  [mixed(['media'], 80, 'media=app', 'mediaMbps=8'), mixed(['media'], 80, 'media=app', 'mediaMbps=2')],
  [database(['n-plus-one'], 40, 'nPlusOne=on'), database(['n-plus-one'], 80, 'nPlusOne=on')],
];

const PAIRS: readonly Switched[] = [
  database(['ai-limit', 'session-lookup'], 80, 'aiRequestsPerMinute=30', 'aiQueue=off', 'sessionLookup=database'),
  database(['cache', 'n-plus-one'], 80, 'cache=off', 'nPlusOne=on'),
  database(
    ['vector-index', 'connections'],
    80,
    'vectorIndex=off',
    'connectionHold=request',
    'connectionLimit=8',
    'connectMs=25',
  ),
  database(['cache', 'session-lookup'], 80, 'cache=off', 'sessionLookup=database'),
];

const HEALTHY: readonly Switched[] = [database([], 80), mixed([], 80), video([])];

/** What is wrong here is none of the weak points, and must not be taken for one. */
const OTHERS: readonly Switched[] = [
  database([], 80, 'queryHopMs=30'),
  database([], 80, 'aiSlowdown=3'),
  mixed([], 80, 'passwordCost=on'),
];

/** Holds that last seconds: a calm one to compare with, then the load. */
export const SHORT_HOLDS: readonly Edit[] = [
  [
    'src/workloads.ts',
    `      standard: [
        { name: 'fill', rampSeconds: 15, holdSeconds: 30, load: halves(100) },
        { name: 'normal', rampSeconds: 10, holdSeconds: 90, load: halves(200) },
        { name: 'peak', rampSeconds: 15, holdSeconds: 75, load: halves(500) },
        // What the checklist gives the platform to recover in is the ramp down.
        { name: 'recovery', rampSeconds: 60, holdSeconds: 40, load: halves(100) },`,
    `      standard: [
        { name: 'fill', rampSeconds: 2, holdSeconds: 14, load: halves(16) },
        { name: 'peak', rampSeconds: 4, holdSeconds: 24, load: halves(80) },`,
  ],
  [
    'src/workloads.ts',
    "standard: [{ name: 'stress', rampSeconds: 40, holdSeconds: 120, load: everybody(1_000) }]",
    `standard: [
        { name: 'normal', rampSeconds: 2, holdSeconds: 14, load: everybody(20) },
        { name: 'stress', rampSeconds: 4, holdSeconds: 24, load: everybody(80) }]`,
  ],
  [
    'src/workloads.ts',
    `        { name: 'normal', rampSeconds: 10, holdSeconds: 90, load: uploading(20) },
        { name: 'peak', rampSeconds: 10, holdSeconds: 60, load: uploading(50) },
        { name: 'stress', rampSeconds: 10, holdSeconds: 90, load: uploading(100) },`,
    `        { name: 'normal', rampSeconds: 2, holdSeconds: 14, load: uploading(3) },
        { name: 'peak', rampSeconds: 4, holdSeconds: 30, load: uploading(10) },`,
  ],
  ['src/workloads.ts', 'coolDownSeconds: 10,', 'coolDownSeconds: 2,'],
  ['src/workloads.ts', 'coolDownSeconds: 15,', 'coolDownSeconds: 2,'],
];

/** @param seeds two of them for the weak points; healthy platforms count on from the first */
export function cases(seeds: readonly number[], healthy: number): Case[] {
  const singles = SINGLE.flatMap(([mild, strong]) =>
    [['mild', mild] as const, ['strong', strong] as const].flatMap(([strength, switched]) =>
      seeds.map((seed) => named('single', strength, switched, seed)),
    ),
  );
  const well = Array.from({ length: healthy }, (_, index) =>
    named('healthy', '', HEALTHY[index % HEALTHY.length]!, seeds[0]! + index),
  );
  return [
    ...singles,
    ...well,
    ...PAIRS.map((switched) => named('pair', '', switched, seeds[0]!)),
    ...OTHERS.map((switched) => named('other', '', switched, seeds[0]!)),
  ];
}

function named(group: Case['group'], strength: Case['strength'], switched: Switched, seed: number): Case {
  const what =
    switched.causes.length > 0 ? switched.causes.join('+') : group === 'other' ? switched.switches[0] : 'healthy';
  return { name: [what, strength || switched.test, seed].join(' '), group, strength, seed, ...switched };
}
