/** The platform's Redis, asked for INFO and nothing else. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Look } from '../../src/wire/looks.ts';
import { SignalHistory } from '../../src/wire/signal-history.ts';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { reasonOf } from './page.ts';
import { LOOK_MS, type Source } from './source.ts';

const PORT = 6379;

/** @param url REDIS_URL: redis:// or rediss://, with password and perhaps user */
export function redis(url: string): Source {
  const history = new SignalHistory();
  return {
    name: `Redis of ${URL.canParse(url) ? new URL(url).host : 'REDIS_URL'}`,
    everyMs: LOOK_EVERY_MS,
    async look(): Promise<Look> {
      if (!/^rediss?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
        return { values: [], problem: 'its address must start with redis:// or rediss://' };
      }
      const info = await readInfo(new URL(url));
      if (!info.ok) return { values: [], problem: info.problem };
      const atMs = Date.now();
      const read = history.read(asMetrics(info.text), { atMs, serverMs: atMs });
      if (!read.ok) return { values: [], problem: 'its INFO has no hits and misses' };
      return { values: read.values, ...(read.restarted ? { notice: 'its counters fell: it began anew' } : {}) };
    },
    async close() {},
  };
}

/** INFO under the names that redis_exporter gives it, so that there is one way to make signals of them. */
function asMetrics(info: string): string {
  const fields = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string | undefined]));
  return ['keyspace_hits', 'keyspace_misses']
    .filter((field) => fields.get(field))
    .map((field) => `redis_${field}_total ${fields.get(field)}`)
    .join('\n');
}

type Info = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string };

function readInfo({ protocol, hostname, port, username, password }: URL): Promise<Info> {
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || PORT) };
  const credentials = [username, password].filter(Boolean).map(decodeURIComponent);
  const commands = [...(password ? [['AUTH', ...credentials]] : []), ['INFO']];
  return new Promise((done) => {
    const socket: Socket =
      protocol === 'rediss:' ? connectTls({ ...address, servername: address.host }) : connectPlain(address);
    const end = (info: Info) => {
      clearTimeout(timer);
      socket.destroy();
      done(info);
    };
    const timer = setTimeout(
      () => end({ ok: false, problem: `it did not answer within ${LOOK_MS / 1_000} s` }),
      LOOK_MS,
    );
    let received = Buffer.alloc(0);
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      const replies = repliesIn(received);
      const refusal = replies.find((reply) => reply.startsWith('-'));
      if (refusal) end({ ok: false, problem: `it refuses: ${refusal.slice(1)}` });
      else if (replies.length === commands.length) end({ ok: true, text: replies.at(-1)! });
    });
    socket.on('error', (error) => end({ ok: false, problem: reasonOf(error) }));
    socket.on('close', () => end({ ok: false, problem: 'it closed the connection' }));
    socket.write(commands.map(encoded).join(''));
  });
}

function encoded(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** The replies that came whole: texts as they are, errors with their `-` in front. */
function repliesIn(received: Buffer): string[] {
  const replies: string[] = [];
  for (let at = 0; at < received.length; ) {
    const end = received.indexOf('\r\n', at);
    if (end < 0) break;
    const line = received.toString('utf8', at, end);
    at = end + 2;
    if (line.startsWith('$')) {
      const bytes = Number(line.slice(1));
      if (received.length < at + bytes + 2) break;
      replies.push(received.toString('utf8', at, at + bytes));
      at += bytes + 2;
    } else replies.push(line);
  }
  return replies;
}
