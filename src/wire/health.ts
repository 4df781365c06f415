/** What the platform's health route says, whoever asks. Pure. */
import type { HealthBody } from './api.ts';
import { SETTINGS, type Settings } from './settings.ts';

/** Where the platform says whether it is well. */
export function healthUrl({ BASE_URL, ROUTE_PREFIX, HEALTH_PATH }: Settings): string {
  const withoutSlash = (part: string) => part.replace(/\/+$/, '');
  return withoutSlash(BASE_URL) + withoutSlash(ROUTE_PREFIX) + HEALTH_PATH;
}

/**
 * What an answer says of health; undefined when it says nothing of it. A HEALTH_PATH of one's own may answer with any
 * body but a web page: its status tells enough.
 */
export function healthIn(status: number, text: string, { HEALTH_PATH }: Settings): Partial<HealthBody> | undefined {
  const body = parsed(text);
  if (typeof body?.status === 'string') return body;
  const isOwn = HEALTH_PATH !== SETTINGS.find(({ name }) => name === 'HEALTH_PATH')!.default;
  return isOwn && status >= 200 && status < 300 && !/^\s*</.test(text) ? { status: 'healthy' } : undefined;
}

function parsed(text: string): Partial<HealthBody> | null | undefined {
  try {
    return JSON.parse(text) as Partial<HealthBody> | null;
  } catch {
    return undefined;
  }
}
