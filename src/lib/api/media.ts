/**
 * Thumbnails, as a page shows them. Who serves them is what is of interest: one that lies on another host, or that a
 * cache in front of the app has, costs the app nothing.
 */
import type { VideoListBody } from '../../wire/api.ts';
import { headersIn, paramsOf } from '../briefly/params.ts';
import { http } from '../k6.ts';
import { currentPhase } from '../phase.ts';
import { config } from '../run.ts';
import { countSignal } from '../seldom/count-signal.ts';
import { exchange } from '../seldom/exchange.ts';

/** On the first screen. */
const SHOWN = 4;

/** Fetches those that the app's own host serves; no other host is touched. Counted by k6 alone. */
export function lookAtThumbnails({ videos }: VideoListBody): void {
  const shown = videos.flatMap(({ thumbnail_url: url }) => url ?? []).slice(0, SHOWN);
  const phase = currentPhase();
  const params = paramsOf({ name: 'GET thumbnail', phase }, http.expectedStatuses(200, 304), headersIn(phase));
  for (const url of shown) {
    const own = ownUrl(url);
    const response = own && exchange('GET', own, undefined, params);
    countSignal('media_from_app', response && !isFromCache(response.headers) ? 1 : 0, phase);
  }
}

/** The address where it is the app's own, else undefined. */
function ownUrl(url: string): string | undefined {
  if (url.startsWith('/') && !url.startsWith('//')) return config.baseUrl + url;
  return url.startsWith(`${config.baseUrl}/`) ? url : undefined;
}

/** Vercel, Cloudflare, CloudFront and Fastly each say it; a cache of any kind gives an age. */
function isFromCache(headers: Record<string, string>): boolean {
  const said = [headers['X-Vercel-Cache'], headers['Cf-Cache-Status'], headers['X-Cache']].join(' ');
  return /hit|stale/i.test(said) || Number(headers.Age ?? 0) > 0;
}
