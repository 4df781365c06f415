/** What it takes to read a page of metrics: evaluated in the one VU that does. */
export { SignalHistory } from '../../wire/signal-history.ts';
