/** The platform's Redis: whether it answers, and how long its entries live. Only SCAN and TTL are asked, never a value. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { INFRASTRUCTURE } from '../../../src/thresholds.ts';
import type { Finding } from '../../../src/wire/audit-file.ts';
import { type RedisReply, redisCommand, redisCredentials, redisReplyAt } from '../../../src/wire/redis.ts';
import { count } from '../../judge/figures.ts';
import { fine, found, unseen } from './findings.ts';

const PORT = 6379;
const ANSWER_MS = 5_000;
/** Keys that are looked at. */
const MOST_KEYS = 500;
/** Rate limits are kept in Redis too, and expire when their window does. */
const NO_ENTRY = /rate-?limit|session|lock|queue|bull:|inngest/i;

/** @param url REDIS_URL; '' where nobody named it */
export async function redisFindings(url: string): Promise<Finding[]> {
  if (url === '') return [unseen('cache-ttl', 'Set REDIS_URL to have its entries looked at.')];
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    return [unseen('cache-ttl', 'REDIS_URL must start with redis:// or rediss://.')];
  }
  const redis = new Redis(new URL(url));
  try {
    await redis.open();
    return [fine('cache', 'Redis answers.'), await ttlFinding(redis)];
  } catch (error) {
    const why = `Redis could not be looked at: ${(error as Error).message}.`;
    return [found('cache', why), unseen('cache-ttl', why)];
  } finally {
    redis.close();
  }
}

async function ttlFinding(redis: Redis): Promise<Finding> {
  const keys = (await redis.keys()).filter((key) => !NO_ENTRY.test(key));
  if (keys.length === 0)
    return unseen('cache-ttl', 'Redis holds no entry now; ask again while the platform is in use.');
  const seconds: number[] = [];
  for (const key of keys) seconds.push(Number(await redis.ask(['TTL', key])));
  const left = seconds.filter((ttl) => ttl >= 0);
  const forever = seconds.filter((ttl) => ttl === -1).length;
  const longest = Math.max(...left);
  const of = `${count(keys.length)} ${keys.length === 1 ? 'entry' : 'entries'}`;
  if (forever > 0) return found('cache-ttl', `Of ${of}, ${count(forever)} never expire.`);
  if (left.length === 0) return unseen('cache-ttl', `${of} went before they were looked at; ask again.`);
  if (longest > INFRASTRUCTURE.cacheSeconds) {
    return found('cache-ttl', `Of ${of}, the last expires in ${count(longest)} s; about 900 s are wanted.`);
  }
  return fine('cache-ttl', `Of ${of}, the last expires in ${count(longest)} s.`);
}

class Redis {
  readonly #url: URL;
  #socket: Socket | undefined;
  #received = '';
  #waiting: { done: (reply: RedisReply) => void; failed: (error: Error) => void } | undefined;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Connects and signs in. */
  async open(): Promise<void> {
    const { protocol, hostname, port, username, password } = this.#url;
    const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || PORT) };
    const socket =
      protocol === 'rediss:' ? connectTls({ ...address, servername: address.host }) : connectPlain(address);
    this.#socket = socket;
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`it did not answer within ${ANSWER_MS / 1_000} s`)));
    socket.on('data', (piece) => this.#take(piece.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#fail(error.code === 'ECONNREFUSED' ? new Error('nothing listens there') : error),
    );
    socket.on('close', () => this.#fail(new Error('it closed the connection')));
    if (password) await this.ask(['AUTH', ...redisCredentials(username, password)]);
    await this.ask(['PING']);
  }

  /** One command at a time. @throws Error with what Redis refuses */
  ask(words: readonly string[]): Promise<RedisReply> {
    return new Promise((done, failed) => {
      this.#waiting = { done, failed };
      this.#socket!.write(redisCommand(words), 'latin1');
    });
  }

  /** Some of its keys. */
  async keys(): Promise<string[]> {
    const keys: string[] = [];
    let cursor = '0';
    do {
      const reply = await this.ask(['SCAN', cursor, 'COUNT', '100']);
      const [next, some] = Array.isArray(reply) ? reply : [];
      if (typeof next !== 'string' || !Array.isArray(some)) throw new Error('it answers SCAN with something else');
      keys.push(...some.map(String));
      cursor = next;
    } while (cursor !== '0' && keys.length < MOST_KEYS);
    return keys.slice(0, MOST_KEYS);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #take(piece: string): void {
    this.#received += piece;
    const read = redisReplyAt(this.#received, 0);
    if (!read) return;
    this.#received = this.#received.slice(read.end);
    const { reply } = read;
    if (reply instanceof Error) this.#fail(reply);
    else this.#settle()?.done(reply);
  }

  #fail(error: Error): void {
    this.#settle()?.failed(error);
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
