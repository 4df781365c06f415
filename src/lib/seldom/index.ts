/**
 * What few virtual users ever need, and those only now and then: evaluated in a VU that does. Required, never imported
 * (build/on-demand.mjs), and in the middle of a run: it loads none of k6's modules, and knows nothing of the VU's own.
 */
export { aiHeadroomOf } from './ai-headroom.ts';
export { failureOf } from './failures.ts';
export { followed } from './redirects.ts';
