/** What few virtual users ever need, and those only now and then: evaluated in a VU that does (build/on-demand.mjs). */
export { countHeadroom } from './ai-headroom.ts';
export { failureOf } from './failures.ts';
export { requireHealth } from './health.ts';
export { followed } from './redirects.ts';
export { watchSignals } from './watch.ts';
