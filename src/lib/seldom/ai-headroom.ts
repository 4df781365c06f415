/** What a response tells of the AI provider's limits, where the platform passes the provider's headers on. */
import { aiHeadroom } from '../../wire/ai-headroom.ts';
import type { Reply } from '../http.ts';
import { countSignal } from './count-signal.ts';

/** Counts the scarcest of what is left, as a ratio. */
export function countHeadroom({ headers }: Reply, phase: string): void {
  const canonical = (name: string) => name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
  const values = aiHeadroom((name) => headers[canonical(name)]);
  const scarcest = values.find(({ signal }) => signal === 'ai_remaining_ratio');
  if (scarcest) countSignal(scarcest.signal, scarcest.value, phase);
}
