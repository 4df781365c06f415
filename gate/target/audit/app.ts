/** The app as one of the test users meets it. Everything that it answers is kept to be looked through for secrets. */
import type { TokenBody } from '../../../src/wire/api.ts';
import type { UserRow } from '../../../src/wire/fixtures.ts';
import { parseServerTiming, type ServerPart } from '../../../src/wire/routes.ts';
import { sessionCookieName, sessionCookies } from '../../../src/wire/session-cookie.ts';
import { extraHeaders, type Settings } from '../../../src/wire/settings.ts';
import { supabaseUrl } from '../project.ts';
import { Refusal } from '../refusal.ts';
import { passwordOf } from '../test-users.ts';

export interface AppAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Of JSON; undefined of anything else. */
  // biome-ignore lint/suspicious/noExplicitAny: what a platform answers is looked at field by field
  body: any;
  /** From the request to the last byte. */
  ms: number;
  /** ms, of the parts that it names in Server-Timing. */
  timing: Partial<Record<ServerPart, number>>;
}

const ANSWER_MS = 60_000;

export class App {
  /** What was answered, without bodies of media. */
  readonly answers: { path: string; headers: Headers; text: string }[] = [];
  readonly base: string;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.base = settings.BASE_URL.replace(/\/+$/, '') + settings.ROUTE_PREFIX.replace(/\/+$/, '');
  }

  /** @throws Refusal when nobody answers */
  async send(method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<AppAnswer> {
    const startMs = performance.now();
    try {
      const response = await fetch(path.startsWith('http') ? path : this.base + path, {
        method,
        redirect: 'manual',
        headers: { 'Content-Type': 'application/json', ...extraHeaders(this.#settings), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      const ms = performance.now() - startMs;
      if (!/^(image|video)\//.test(response.headers.get('content-type') ?? '')) {
        this.answers.push({ path: `${method} ${path.split('?')[0]}`, headers: response.headers, text });
      }
      const timing = Object.fromEntries(parseServerTiming(response.headers.get('server-timing') ?? ''));
      return { status: response.status, headers: response.headers, text, body: parsed(text), ms, timing };
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      throw new Refusal('unreachable', `${method} ${path} was not answered (${code ?? (error as Error).message}).`);
    }
  }

  /** Signs a test user in. @throws Refusal when that is refused */
  async signIn({ email }: UserRow): Promise<Member> {
    const settings = this.#settings;
    const url = `${supabaseUrl(settings)}/auth/v1/token?grant_type=password`;
    const password = passwordOf(email, settings.LAUNCHGATE_PASSWORD_KEY);
    const answer = await this.send('POST', url, { apikey: settings.SUPABASE_ANON_KEY }, { email, password });
    // A token in the answer to its owner is no leak.
    this.answers.pop();
    if (answer.status !== 200) {
      throw new Refusal('usage', `${email} can't sign in (${answer.status}): run \`./launchgate data seed\` first.`);
    }
    return new Member(this, sessionHeaders(answer.body as TokenBody, settings));
  }
}

/** A signed-in user. */
export class Member {
  readonly #app: App;
  readonly #headers: Record<string, string>;

  constructor(app: App, headers: Record<string, string>) {
    this.#app = app;
    this.#headers = headers;
  }

  get(path: string): Promise<AppAnswer> {
    return this.#app.send('GET', path, this.#headers);
  }

  post(path: string, body: unknown): Promise<AppAnswer> {
    return this.#app.send('POST', path, this.#headers, body);
  }
}

function sessionHeaders(token: TokenBody, settings: Settings): Record<string, string> {
  if (settings.AUTH_MODE === 'bearer') return { Authorization: `Bearer ${token.access_token}` };
  const name = settings.AUTH_COOKIE_NAME || sessionCookieName(new URL(supabaseUrl(settings)).hostname);
  const encoded = Buffer.from(JSON.stringify(token)).toString('base64url');
  return {
    Cookie: sessionCookies(name, encoded)
      .map(([key, value]) => `${key}=${value}`)
      .join('; '),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
