/** The platform's Redis, asked for INFO and nothing else. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Look } from '../../src/wire/looks.ts';
import { redisCommand, redisCredentials, redisReplyAt } from '../../src/wire/redis.ts';
import { SignalHistory } from '../../src/wire/signal-history.ts';
import { LOOK_EVERY_MS } from '../../src/wire/signals.ts';
import { reasonOf } from './page.ts';
import { LOOK_MS, type Source } from './source.ts';

const PORT = 6379;
/** INFO has some 10 KB. */
const MOST_BYTES = 1024 * 1024;

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
  const commands = [...(password ? [['AUTH', ...redisCredentials(username, password)]] : []), ['INFO']];
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
    let received = '';
    let answered = 0;
    socket.on('data', (piece) => {
      received += piece.toString('latin1');
      for (let read = redisReplyAt(received, 0); read; read = redisReplyAt(received, 0)) {
        const { reply } = read;
        received = received.slice(read.end);
        answered++;
        if (reply instanceof Error) return end({ ok: false, problem: reply.message });
        if (answered === commands.length) return end({ ok: true, text: String(reply) });
      }
      if (received.length > MOST_BYTES) end({ ok: false, problem: 'it answers more than 1 MB' });
    });
    socket.on('error', (error) => end({ ok: false, problem: reasonOf(error) }));
    socket.on('close', () => end({ ok: false, problem: 'it closed the connection' }));
    socket.write(commands.map(redisCommand).join(''), 'latin1');
  });
}
