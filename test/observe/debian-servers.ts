/** A real Postgres and a real Redis, where Debian's are installed (.ci/run installs them). */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

export interface Server {
  port: number;
  /** Can be called again. */
  stop(): Promise<void>;
}

const POSTGRES_FOLDER = '/usr/lib/postgresql';
const REDIS = '/usr/bin/redis-server';

/** Where Debian's Postgres is; undefined where it isn't. */
export function postgresBinaries(): string | undefined {
  const versions = existsSync(POSTGRES_FOLDER) ? readdirSync(POSTGRES_FOLDER) : [];
  return versions
    .map((version) => join(POSTGRES_FOLDER, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

export const hasRedis = existsSync(REDIS);

/** @param settings of postgresql.conf, `name=value` each; the superuser is `tester` */
export async function startPostgres(binaries: string, settings: readonly string[]): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'launchgate-postgres-'));
  const user = unprivileged();
  if (user) chownSync(data, user.uid, user.gid);
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'tester', '-N'], { ...user, stdio: 'pipe' });
  const port = await freePort();
  const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=${data}`, 'fsync=off', ...settings];
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), ...options.flatMap((option) => ['-c', option])],
    { ...user, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await says(server, 'stderr', 'ready to accept connections');
  return running(server, port, data);
}

export async function startRedis(): Promise<Server> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'launchgate-redis-'));
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    folder,
    '--requirepass',
    'secret',
  ];
  const server = spawn(REDIS, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  await says(server, 'stdout', 'Ready to accept connections');
  return running(server, port, folder);
}

function running(server: ChildProcess, port: number, folder: string): Server {
  const exited = new Promise((done) => server.once('exit', done));
  return {
    port,
    async stop() {
      server.kill('SIGINT');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root; then `nobody` runs it. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function says(server: ChildProcess, stream: 'stdout' | 'stderr', words: string): Promise<void> {
  return new Promise((done, failed) => {
    let said = '';
    server[stream]!.on('data', (text) => {
      said += text;
      if (said.includes(words)) done();
    });
    server.once('exit', () => failed(new Error(said)));
  });
}
