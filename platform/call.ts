/**
 * One request of an app route: who asks, its connection to the database, and how long its parts took.
 */
import type { ServerPart } from '../src/wire/routes.ts';
import type { User } from './auth/accounts.ts';
import type { Result, Row, Statement } from './db/database.ts';
import type { Platform } from './platform.ts';
import { ServerTiming } from './server-timing.ts';
import { sleepMs } from './sleep.ts';

/** What a route sends back. `body` undefined sends none. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  body,
  headers,
});

export class Call {
  readonly platform: Platform;
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly timing = new ServerTiming();
  /** Headers that the answer carries whatever it is. */
  readonly headers: Record<string, string> = {};
  /** Round trips to the database. */
  queries = 0;
  private holdsConnection = false;
  private signedIn: User | undefined;

  constructor(platform: Platform, request: Request, params: Readonly<Record<string, string>>) {
    this.platform = platform;
    this.request = request;
    this.params = params;
  }

  get user(): User {
    if (!this.signedIn) throw new Error('this route asks for no session');
    return this.signedIn;
  }

  signIn(user: User): void {
    this.signedIn = user;
  }

  /** The request's URL query. */
  get query(): URLSearchParams {
    return new URL(this.request.url).searchParams;
  }

  /** The JSON object of the body, or an empty one when it is something else. */
  async json(): Promise<Record<string, unknown>> {
    const body: unknown = await this.request.json().catch(() => undefined);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
  }

  /** Rows of one statement. @param part where its time is counted */
  async rows<T = Row>(statement: Statement, part: ServerPart = 'db'): Promise<T[]> {
    const [result] = await this.run([statement], part);
    return result!.rows as T[];
  }

  /** Several statements in one round trip and one transaction. Time to get a connection is the database's. */
  async run(statements: readonly Statement[], part: ServerPart = 'db'): Promise<Result[]> {
    const { database, switches } = this.platform;
    this.queries++;
    await this.timing.during('db', this.connect());
    try {
      return await this.timing.during(
        part,
        sleepMs(switches.queryHopMs).then(() => database.run(statements)),
      );
    } finally {
      if (switches.connectionHold === 'query') this.end();
    }
  }

  /** From the app's cache, or from `load`, which is then kept unless it gives undefined. @param group see Cache */
  async cached<T>(group: string, name: string, load: () => Promise<T>): Promise<T> {
    const { cache } = this.platform;
    const start = performance.now();
    const kept = cache.get<T>(group, name);
    this.timing.add('cache', performance.now() - start);
    if (kept !== undefined) return kept;
    const value = await load();
    cache.set(group, name, value);
    return value;
  }

  /** Gives back the connection. */
  end(): void {
    if (this.holdsConnection) this.platform.connections.release();
    this.holdsConnection = false;
  }

  private async connect(): Promise<void> {
    if (this.holdsConnection) return;
    await this.platform.connections.acquire();
    this.holdsConnection = true;
    await sleepMs(this.platform.switches.connectMs);
  }
}
