/** Supabase's gateway lets nothing through without one of the project's keys. */
import { timingSafeEqual } from 'node:crypto';
import type { Reply } from '../call.ts';
import type { Platform } from '../platform.ts';

export function keyProblem({ options }: Platform, request: Request): Reply | undefined {
  const key = request.headers.get('apikey') ?? new URL(request.url).searchParams.get('apikey') ?? '';
  if (same(key, options.anonKey) || same(key, options.serviceKey)) return undefined;
  const message = key ? 'Invalid API key' : 'No API key found in request';
  return { status: 401, body: { message, hint: 'Double check your Supabase `anon` or `service_role` API key.' } };
}

/** Whether the request acts as the service role, which row-level security doesn't hold back. */
export function isServiceRole({ options }: Platform, request: Request): boolean {
  return same(request.headers.get('authorization') ?? '', `Bearer ${options.serviceKey}`);
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
