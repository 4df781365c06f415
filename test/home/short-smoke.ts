/** A smoke run of chat that takes seconds: long enough to be hit in its ramp, and in its hold. */
import type { Edit } from '../evidence/short-project.ts';

export const SHORT_SMOKE: Edit[] = [
  ['src/workloads.ts', 'coolDownSeconds: 10', 'coolDownSeconds: 1'],
  [
    'src/workloads.ts',
    "smoke: [{ name: 'smoke', rampSeconds: 3, holdSeconds: 25, load: { students: 10 } }]",
    "smoke: [{ name: 'smoke', rampSeconds: 2, holdSeconds: 6, load: { students: 10 } }]",
  ],
];
