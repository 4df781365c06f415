/** What a response tells of the AI provider's limits, where the platform passes the provider's headers on. */
import { aiHeadroom } from '../../wire/ai-headroom.ts';
import type { Reply } from '../http.ts';

/** The scarcest of what is left, as a ratio. */
export function aiHeadroomOf({ headers }: Reply): number | undefined {
  const canonical = (name: string) => name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
  const values = aiHeadroom((name) => headers[canonical(name)]);
  return values.find(({ signal }) => signal === 'ai_remaining_ratio')?.value;
}
