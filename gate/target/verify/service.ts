/** Whether the target answers as it should, before any load: reachable, keys, clock, metrics. */
import { healthUrl } from '../../../src/wire/health.ts';
import { extraHeaders, type Settings } from '../../../src/wire/settings.ts';
import { probeHealth } from '../../runs/start/health.ts';
import { supabaseUrl } from '../project.ts';
import { type Check, failed, notMeasured, ok } from './check.ts';

/** Sessions end and windows turn by the clock: with more than this between two clocks, results are read wrongly. */
const CLOCK_TOLERANCE_SECONDS = 30;
const ANSWER_MS = 10_000;

export async function reachableCheck(settings: Settings): Promise<Check> {
  const health = await probeHealth(settings);
  if (!health.ok) return failed('target', health.problem);
  return ok('target', health.notice ?? `${settings.BASE_URL} answers`);
}

/** GoTrue behind a right key asks for a token; the gateway before it refuses a wrong key by itself. */
export async function anonKeyCheck(settings: Settings): Promise<Check> {
  const url = `${supabaseUrl(settings)}/auth/v1/user`;
  const answer = await get(url, { apikey: settings.SUPABASE_ANON_KEY, ...extraHeaders(settings) });
  if (typeof answer === 'string') return failed('anon key', `SUPABASE_URL: ${answer}`);
  const body = await answer.text();
  if (answer.status === 401 && body.includes('no_authorization')) return ok('anon key', 'accepted');
  if (answer.status === 401)
    return failed('anon key', 'SUPABASE_ANON_KEY is not accepted: copy it from the project settings, API keys.');
  return failed(
    'anon key',
    `GET /auth/v1/user answered ${answer.status}: is SUPABASE_URL the address of your Supabase project?`,
  );
}

export async function clockCheck(settings: Settings): Promise<Check> {
  const sentMs = Date.now();
  const answer = await get(healthUrl(settings), extraHeaders(settings));
  const receivedMs = Date.now();
  const date = typeof answer === 'string' ? null : answer.headers.get('date');
  return clockDifference(date, (sentMs + receivedMs) / 2);
}

/** @param date of the answer, in whole seconds @param nowMs our clock in the middle of the request */
export function clockDifference(date: string | null, nowMs: number): Check {
  const theirsMs = date === null ? Number.NaN : Date.parse(date) + 500;
  if (Number.isNaN(theirsMs)) return notMeasured('clock', 'the target sends no Date header.');
  const seconds = Math.round((theirsMs - nowMs) / 1_000);
  const figures = `the target's clock is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(seconds) <= CLOCK_TOLERANCE_SECONDS) return ok('clock', figures);
  return failed('clock', `${figures}: set this machine's clock by a time server (NTP).`);
}

/** @param url METRICS_URL, or the embedded platform's own page; '' when there is none */
export async function metricsCheck(url: string): Promise<Check> {
  if (url === '') {
    return notMeasured(
      'metrics',
      'connections, queue depth, cache hits and AI headroom: set METRICS_URL to have them.',
    );
  }
  const answer = await get(url, {});
  if (typeof answer === 'string') return failed('metrics', `METRICS_URL: ${answer}`);
  const samples = (await answer.text()).split('\n').filter((line) => /^[a-zA-Z_:][\w:]*(\{.*\})? \S+/.test(line));
  if (answer.ok && samples.length > 0) return ok('metrics', `${samples.length} series at ${url}`);
  return failed(
    'metrics',
    `METRICS_URL: ${url} answered ${answer.status} and no Prometheus page: check address and access.`,
  );
}

/** The answer, or in a few words why there is none. */
async function get(url: string, headers: Record<string, string>): Promise<Response | string> {
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    return `${new URL(url).host} can't be reached (${code ?? (error as Error).message}).`;
  }
}
