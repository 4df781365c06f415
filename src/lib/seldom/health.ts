import { health } from '../api/health.ts';
import { exec } from '../k6.ts';
import { config } from '../run.ts';

/** Asks once whether anybody is there, so that a wrong address is one line and not a thousand failures. */
export function requireHealth(): void {
  const answer = health();
  if (!answer.ok)
    exec.test.abort(
      `${config.healthUrl}: ${answer.failure}${answer.status ? ` (${answer.status})` : ''}; is BASE_URL right, and the platform up?`,
    );
}
