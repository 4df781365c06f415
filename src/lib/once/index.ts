/**
 * What is worked out once a process, or for a single virtual user, and from the init context at first: nothing in here
 * may load k6's modules outside a function that runs there.
 */
export { SignalHistory } from '../../wire/signal-history.ts';
export { planOf } from './plan.ts';
export { rowsOf } from './rows.ts';
export { config, requireOwnOptions, requirePasswordKey, uploadProblem, userConfig } from './settings.ts';
export { summaryFiles } from './summary.ts';
