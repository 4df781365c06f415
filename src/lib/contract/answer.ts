/**
 * What a route answered, and what the plain causes of a wrong answer are. Pure.
 */
import type { RouteName } from '../../wire/routes.ts';

export interface Answer {
  readonly route: RouteName;
  /** 0 when there was none. */
  readonly status: number;
  /** Parsed; undefined when there is none or it isn't JSON. */
  readonly body: unknown;
  /** By the names that Go's HTTP library writes: `Content-Type`, `X-Ratelimit-Limit`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the body calls its error: `invalid_credentials`, `VALIDATION_ERROR`, `Unauthorized`. */
  readonly errorName: string | undefined;
  /** k6's code of a connection error, else 0; and what Go says of it, else ''. */
  readonly errorCode: number;
  readonly errorText: string;
  readonly isChallenge: boolean;
}

/** The answer in a few words: `400 invalid_credentials`, `200 (a web page)`, `no answer`. */
export function summed(answer: Answer): string {
  if (answer.status === 0) return 'no answer';
  if (isWebPage(answer)) return `${answer.status} with a web page`;
  return answer.errorName ? `${answer.status} ${answer.errorName}` : String(answer.status);
}

/** Likely cause of an answer that wasn't expected, and what to do; undefined where none is plain. */
export function hint(answer: Answer): string | undefined {
  const { route, status, errorName } = answer;
  const isAuth = route.includes('/auth/v1/');
  const setting = isAuth ? 'SUPABASE_URL' : 'BASE_URL';
  if (status === 0) return connectionHint(answer, setting);
  if (answer.isChallenge) return 'a firewall challenges us: have it let the test through, and set EXTRA_HEADERS';
  if (status >= 300 && status < 400)
    return `it redirects to another host, or in a circle: is ${setting} the final address?`;
  if (isWebPage(answer)) return `is ${setting} the address of the API, and not of a page or a sign-in wall before it?`;
  if (errorName === 'invalid_credentials') {
    return 'are the test users seeded there, with this LAUNCHGATE_PASSWORD_KEY?';
  }
  if (isAuth && status === 401) return "SUPABASE_ANON_KEY isn't this project's";
  if (isAuth && status === 429)
    return 'sign-ins are limited per address: wait a few minutes, or raise that limit for the test';
  if (status === 401) return 'the app does not see the session: check SUPABASE_URL, AUTH_COOKIE_NAME and AUTH_MODE';
  if (status === 429) return "the test user's rate limit is met: wait a minute";
  if (status === 404) return isAuth ? 'is SUPABASE_URL right?' : 'are BASE_URL and ROUTE_PREFIX right?';
  if (errorName === 'CHAT_LIMIT_EXCEEDED')
    return "the test user's quota is used up: run `./launchgate data reset-usage`";
  return undefined;
}

/** A header by its documented name, in whatever case it was sent. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key && headers[key];
}

/** A page where data was due: a sign-in wall, another site, a router's own. */
export function isWebPage({ headers, body }: Answer): boolean {
  return body === undefined && (headers['Content-Type'] ?? '').includes('html');
}

/** k6's error codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
function connectionHint({ errorCode: code, errorText }: Answer, setting: string): string {
  if (errorText.includes('certificate has expired')) return 'its TLS certificate has expired';
  if (code === 1050) return 'it timed out: is the platform up?';
  if (code >= 1100 && code < 1200) return `its host is not known: is ${setting} spelt right?`;
  if (code === 1212) return `the connection was refused: is the platform up, and the port of ${setting} right?`;
  if (code === 1301) return `it does not speak TLS: does ${setting} begin with the right one of http and https?`;
  if (code >= 1300 && code < 1400)
    return `its certificate is not accepted: is ${setting} right, and the certificate valid?`;
  if (code === 1220 || errorText === 'unexpected EOF')
    return 'it broke the connection off before the answer was complete: what does its log say?';
  return `the connection failed: does ${setting} begin with the right one of http and https?`;
}
