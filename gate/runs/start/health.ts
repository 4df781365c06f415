/**
 * A look at the health route before any load, which tells the usual wrong addresses apart.
 */
import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthBody } from '../../../src/wire/api.ts';
import { healthIn, healthUrl } from '../../../src/wire/health.ts';
import { quotable } from '../../../src/wire/plain-text.ts';
import { extraHeaders, type Settings } from '../../../src/wire/settings.ts';

export type Health =
  /** @property revision of the platform, where it tells */
  { ok: true; notice?: string; revision?: string } | { ok: false; problem: string };

interface Patience {
  /** Looks before a platform that is not up yet is given up. */
  attempts: number;
  pauseMs: number;
  /** Longest wait for one answer, ms. */
  answerMs: number;
}

const PATIENCE: Patience = { attempts: 5, pauseMs: 2_000, answerMs: 10_000 };

/** What an attempt saw: `later` may be different in a moment (a deployment that starts), the rest will not. */
type Look = Health | { ok: 'later'; problem: string };

/**
 * Asks GET HEALTH_PATH. A platform that answers 5xx or not at all is asked again for a while; every other wrong answer
 * is final at once.
 */
export async function probeHealth(settings: Settings, signal?: AbortSignal, patience = PATIENCE): Promise<Health> {
  for (let attempt = 1; ; attempt++) {
    const look = await lookAt(settings, patience.answerMs, signal);
    if (look.ok !== 'later') return look;
    if (attempt >= patience.attempts || signal?.aborted) return { ok: false, problem: look.problem };
    await sleep(patience.pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function lookAt(settings: Settings, answerMs: number, stop?: AbortSignal): Promise<Look> {
  const url = healthUrl(settings);
  try {
    return answerProblem(settings, await get(url, extraHeaders(settings), answerMs, stop));
  } catch (error) {
    return connectionProblem(url, error as NodeJS.ErrnoException, answerMs);
  }
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const NO_ANSWER = 'no answer in time';
const CUT_SHORT = 'the answer broke off';

/** A plain GET: fetch refuses ports that a platform may well listen on. */
function get(url: string, headers: Record<string, string>, answerMs: number, signal?: AbortSignal): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = (url.startsWith('https:') ? https : http).get(
      url,
      { headers: { accept: 'application/json', ...headers }, signal },
      (response) => {
        text(response).then(
          (body) => done({ status: response.statusCode ?? 0, headers: response.headers, text: body }),
          () => failed(new Error(CUT_SHORT)),
        );
      },
    );
    const timer = setTimeout(() => request.destroy(new Error(NO_ANSWER)), answerMs);
    request.on('error', failed);
    request.on('close', () => clearTimeout(timer));
  });
}

function connectionProblem(url: string, error: NodeJS.ErrnoException, answerMs: number): Look {
  const { host, hostname, protocol, pathname } = new URL(url);
  if (error.message === NO_ANSWER) {
    return { ok: 'later', problem: `BASE_URL: ${host} did not answer within ${answerMs / 1_000} s.` };
  }
  if (error.message === CUT_SHORT) {
    return { ok: 'later', problem: `BASE_URL: ${host} breaks its answer to ${pathname} off in the middle.` };
  }
  const final = (what: string): Look => ({ ok: false, problem: `BASE_URL: ${what}` });
  // A name with several addresses fails with an error that gathers one for each.
  const code = error.code ?? (error as { errors?: NodeJS.ErrnoException[] }).errors?.[0]?.code ?? '';
  if (code === 'ECONNREFUSED') return final(`nothing listens on ${host}; is the platform running?`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return final(`the name ${hostname} is not known to DNS; check the spelling.`);
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return final(`${host} does not speak TLS; try http:// instead of https://.`);
  }
  if (code === 'CERT_HAS_EXPIRED') return final(`the TLS certificate of ${host} has expired.`);
  if (protocol === 'https:' && /CERT|SIGNATURE|ISSUER|TLS|SSL/.test(code)) {
    return final(`the TLS certificate of ${host} is not accepted (${code}).`);
  }
  if (code === 'ECONNRESET') {
    return { ok: 'later', problem: `BASE_URL: ${host} closes the connection without an answer (ECONNRESET).` };
  }
  return { ok: 'later', problem: `BASE_URL: ${host} can't be reached (${code || error.message}).` };
}

function answerProblem(settings: Settings, { status, headers, text }: Answer): Look {
  const { host } = new URL(settings.BASE_URL);
  const path = settings.HEALTH_PATH;
  const final = (what: string): Look => ({ ok: false, problem: `BASE_URL: ${what}` });
  if (isChallenge(headers, text)) {
    return final(
      `a firewall in front of ${host} asks for a browser check; allow the load test there, or set EXTRA_HEADERS to its bypass.`,
    );
  }
  if (status >= 300 && status < 400) {
    if (leadsBack(healthUrl(settings), headers.location)) {
      return final(
        `${host} redirects ${path} to itself; look for rules there (https, www, slashes) that undo each other.`,
      );
    }
    return final(
      `${host} redirects ${path} to ${quotable(headers.location ?? 'somewhere else')}; set BASE_URL to the final address.`,
    );
  }
  if (status === 401 || status === 403) {
    return final(
      `${host} asks for a sign-in before ${path} (${status}); set EXTRA_HEADERS to the deployment's protection bypass.`,
    );
  }
  if (status === 404) return final(`${host} has no ${path} (404); check BASE_URL, ROUTE_PREFIX and HEALTH_PATH.`);
  const health = healthIn(status, text, settings);
  if (!health) {
    if (status >= 500) return { ok: 'later', problem: `BASE_URL: ${host} answers ${status} to ${path}.` };
    const what = /^\s*</.test(text) ? 'HTML' : 'something else';
    return final(
      `${host} answers ${path} with ${what} instead of the API's JSON (${status}); is it the app's address?`,
    );
  }
  if (health.status === 'unhealthy' || status >= 500) {
    const database = health.checks?.database?.status === 'error' ? ', its database does not answer' : '';
    return {
      ok: 'later',
      problem: `BASE_URL: ${host} says that it is ${quotable(health.status ?? 'unhealthy')}${database}.`,
    };
  }
  const revision = revisionIn(headers, health);
  return {
    ok: true,
    ...(health.status === 'degraded' ? { notice: `${host} says that it is degraded.` } : {}),
    ...(revision ? { revision } : {}),
  };
}

function leadsBack(url: string, location = ''): boolean {
  if (!URL.canParse(location, url)) return false;
  const [asked, next] = [new URL(url), new URL(location, url)];
  return next.origin === asked.origin && next.pathname === asked.pathname;
}

/** Where deployments put the commit that they were made of: in the health answer, or beside it. */
const REVISION_FIELDS = ['revision', 'commit', 'version'] as const;
const REVISION_HEADERS = ['x-revision', 'x-commit-sha', 'x-app-version'] as const;

function revisionIn(headers: IncomingHttpHeaders, health: Partial<HealthBody>): string | undefined {
  const fields: Partial<Record<(typeof REVISION_FIELDS)[number], unknown>> = health as object;
  const told = [...REVISION_FIELDS.map((name) => fields[name]), ...REVISION_HEADERS.map((name) => headers[name])];
  const revision = told.find((value): value is string => typeof value === 'string' && value !== '');
  return revision && quotable(revision);
}

/** Pages of the usual firewalls: Vercel's and Cloudflare's say so in a header, others only in words. */
function isChallenge(headers: IncomingHttpHeaders, text: string): boolean {
  return (
    headers['x-vercel-mitigated'] === 'challenge' ||
    headers['cf-mitigated'] === 'challenge' ||
    (/^\s*</.test(text) && /security checkpoint|just a moment|verify you are human|checking your browser/i.test(text))
  );
}
