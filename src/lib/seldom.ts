/** What few virtual users ever need, and those only now and then. */
import load from 'on-demand:./seldom/index.ts';

export const seldom = load as () => typeof import('./seldom/index.ts');
