/**
 * Ways to lead load to a host that nobody named. Each is tried on the gate and on a bundle under plain `k6 run`, with
 * listeners where the load would arrive.
 */
import { join } from 'node:path';
import { type CopiedProject, copiedProject, type Ended } from './copied-project.ts';
import { type FakeTarget, fakeTarget, json } from './fake-target.ts';
import { type Stranger, stranger } from './strangers.ts';

/** What the tricks are made of. */
export interface World {
  readonly project: CopiedProject;
  /** On 127.0.0.1, may be loaded. */
  readonly target: FakeTarget;
  /** On every address of this machine; its users name `0.0.0.0:<port>`, which is not loopback. */
  readonly named: FakeTarget;
  /** On 127.0.0.2: a proxy, or the goal of a redirect. */
  readonly neighbour: Stranger;
  /** On every address of this machine, however it is spelt. */
  readonly anywhere: Stranger;
  close(): Promise<void>;
}

export async function newWorld(): Promise<World> {
  const [project, target, named, neighbour, anywhere] = await Promise.all([
    copiedProject(),
    fakeTarget(),
    fakeTarget('0.0.0.0'),
    stranger('127.0.0.2'),
    stranger(),
  ]);
  return {
    ...{ project, target, named, neighbour, anywhere },
    async close() {
      for (const server of [target, named, neighbour, anywhere]) server.close();
      await project.remove();
    },
  };
}

export interface Trick {
  /** What is tried, for the table. */
  readonly name: string;
  /** refused: one line and an exit code, no request. kept: it runs, and only the named host hears of it. */
  readonly wanted: 'refused' | 'kept';
  readonly env: (world: World) => Record<string, string>;
  /** k6's configuration file. */
  readonly config?: (world: World) => object;
  /** Arguments of plain k6 beside. */
  readonly args?: (world: World) => readonly string[];
  readonly behave?: (world: World) => void;
  /** Where it makes sense with one of the two only. */
  readonly only?: 'gate' | 'k6';
  /** The bundle of plain k6 (contract.js), in place of the one that looks at every route once. */
  readonly bundle?: string;
  /** The test of the gate (quick). */
  readonly test?: string;
}

const MINE = { LAUNCHGATE_PASSWORD_KEY: 'a key of my own' };
const at = (host: string, name = `BASE_URL=http://${host}:<port>`, scheme = 'http'): Trick => ({
  name,
  wanted: 'refused',
  env: ({ anywhere }) => ({ BASE_URL: `${scheme}://${host}:${anywhere.port}` }),
});
const staging = { ...MINE, BASE_URL: 'http://staging.example', LAUNCHGATE_TARGETS: 'staging.example' };
const here = ({ target }: World) => `http://127.0.0.1:${target.port}`;
const throughNamed = ({ named }: World) => ({
  ...MINE,
  BASE_URL: `http://0.0.0.0:${named.port}`,
  LAUNCHGATE_TARGETS: `0.0.0.0:${named.port}`,
});

const SPELLINGS: readonly Trick[] = [
  at('localhost.evil.example'),
  at('127.0.0.1.nip.io'),
  at('0177.0.0.1'),
  at('0x7f.0.0.1'),
  at('0x7f.1'),
  at('127.1'),
  at('2130706433'),
  at('0x7f000001'),
  at('017700000001'),
  at('0.0.0.0'),
  at('127.0.0.01'),
  at('127.0.0.1.'),
  at('localhost.'),
  at('[::ffff:127.0.0.1]'),
  at('[::ffff:7f00:1]'),
  at('[::ffff:10.0.0.1]'),
  at('[::]'),
  at('[::1%25lo]'),
  at('[0:0:0:0:0:0:0:1]'),
  at('１２７.0.0.1', 'BASE_URL with full-width digits'),
  at('127。0。0。1', 'BASE_URL with ideographic full stops'),
  at('ⓛocalhost', 'BASE_URL=http://ⓛocalhost:<port>'),
  at('loca%6chost'),
  at('127%2e0.0.1'),
  at('xn--lcalhost-54a.example', 'BASE_URL in punycode'),
  at('user@127.0.0.1'),
  at('127.0.0.1\\@evil.example'),
  at('local\thost', 'BASE_URL with a tab in the host'),
  at('localhost\n.evil.example', 'BASE_URL with a line break in the host'),
  {
    name: 'BASE_URL=http://127.0.0.1:<port>@0.0.0.0:<port>',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: `${here(world)}@0.0.0.0:${world.anywhere.port}` }),
  },
  {
    name: 'BASE_URL=http://0.0.0.0:<port>#@127.0.0.1',
    wanted: 'refused',
    env: ({ anywhere }) => ({ BASE_URL: `http://0.0.0.0:${anywhere.port}#@127.0.0.1` }),
  },
  { name: 'BASE_URL=ftp://127.0.0.1', wanted: 'refused', env: () => ({ BASE_URL: 'ftp://127.0.0.1' }) },
  at('LOCALHOST', 'BASE_URL=HTTP://LOCALHOST:<port>, a scheme in upper case', 'HTTP'),
  {
    name: 'BASE_URL=http://LOCALHOST:<port>',
    wanted: 'kept',
    env: ({ target }) => ({ BASE_URL: `http://LOCALHOST:${target.port}` }),
  },
];

const SETTINGS: readonly Trick[] = [
  {
    name: 'ROUTE_PREFIX=@0.0.0.0:<port>',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: here(world), ROUTE_PREFIX: `@0.0.0.0:${world.anywhere.port}` }),
  },
  {
    name: 'ROUTE_PREFIX=.evil.example behind a named host',
    wanted: 'refused',
    env: () => ({ ...staging, ROUTE_PREFIX: '.evil.example' }),
  },
  {
    name: 'SUPABASE_URL that was not named',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: here(world), SUPABASE_URL: `http://0.0.0.0:${world.anywhere.port}` }),
  },
  {
    name: 'METRICS_URL that was not named',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: here(world), METRICS_URL: `http://0.0.0.0:${world.anywhere.port}/metrics` }),
  },
  {
    name: 'EXTRA_HEADERS with a Host of another site',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: here(world), EXTRA_HEADERS: '{"Host":"production.example"}' }),
  },
  {
    name: 'LAUNCHGATE_TARGETS=*.example, a wildcard',
    wanted: 'refused',
    env: () => ({ ...staging, LAUNCHGATE_TARGETS: '*.example' }),
  },
  {
    name: 'LAUNCHGATE_TARGETS with another port',
    wanted: 'refused',
    env: ({ anywhere }) => ({ ...MINE, BASE_URL: `http://0.0.0.0:${anywhere.port}`, LAUNCHGATE_TARGETS: '0.0.0.0:1' }),
  },
  {
    name: 'LAUNCHGATE_PRODUCTION=http://0.0.0.0:<port>, an address in place of a host',
    wanted: 'refused',
    env: (world) => ({ ...throughNamed(world), LAUNCHGATE_PRODUCTION: `http://0.0.0.0:${world.named.port}` }),
  },
  {
    name: 'LAUNCHGATE_PRODUCTION=*.example, a wildcard',
    wanted: 'refused',
    env: () => ({ ...staging, LAUNCHGATE_PRODUCTION: '*.example' }),
  },
  {
    name: 'production of port 80, BASE_URL without one',
    wanted: 'refused',
    env: () => ({ ...staging, LAUNCHGATE_PRODUCTION: 'staging.example:80' }),
  },
  {
    name: 'chat in production, with ALLOW_PRODUCTION',
    wanted: 'refused',
    only: 'gate',
    test: 'chat',
    env: () => ({ ...staging, LAUNCHGATE_PRODUCTION: 'staging.example', ALLOW_PRODUCTION: 'staging.example' }),
  },
  {
    name: 'the public password key at a named host',
    wanted: 'refused',
    env: () => ({ ...staging, LAUNCHGATE_PASSWORD_KEY: '' }),
  },
];

const ENVIRONMENT: readonly Trick[] = [
  ...(['HTTP_PROXY', 'http_proxy'] as const).map(
    (name): Trick => ({
      name: `${name} to a proxy that was not named, for a named host`,
      wanted: 'refused',
      env: ({ neighbour }) => ({ ...staging, [name]: `http://127.0.0.2:${neighbour.port}` }),
    }),
  ),
  {
    name: 'HTTPS_PROXY to a proxy that was not named, for a named host',
    wanted: 'refused',
    env: ({ neighbour }) => ({
      ...{ ...staging, BASE_URL: 'https://staging.example' },
      HTTPS_PROXY: `http://127.0.0.2:${neighbour.port}`,
    }),
  },
  {
    name: 'HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, for loopback',
    wanted: 'kept',
    env: (world) => {
      const proxy = `http://127.0.0.2:${world.neighbour.port}`;
      return { BASE_URL: here(world), HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy };
    },
  },
  {
    name: 'ALL_PROXY, for a named host',
    wanted: 'kept',
    env: (world) => ({ ...throughNamed(world), ALL_PROXY: `http://127.0.0.2:${world.neighbour.port}` }),
  },
  {
    name: 'HTTP_PROXY with NODE_USE_ENV_PROXY=1, for loopback',
    wanted: 'refused',
    env: (world) => ({
      ...{ BASE_URL: here(world), NODE_USE_ENV_PROXY: '1' },
      HTTP_PROXY: `http://127.0.0.2:${world.neighbour.port}`,
    }),
  },
  {
    name: 'K6_BLACKLIST_IPS in place of the guard’s',
    wanted: 'refused',
    only: 'k6',
    env: (world) => ({ BASE_URL: here(world), K6_BLACKLIST_IPS: '10.0.0.0/8' }),
  },
  {
    name: 'K6_BLACKLIST_IPS, K6_VUS and K6_DURATION in the environment of the gate',
    wanted: 'kept',
    only: 'gate',
    env: (world) => ({ BASE_URL: here(world), K6_BLACKLIST_IPS: '10.0.0.0/8', K6_VUS: '50', K6_DURATION: '1h' }),
  },
  {
    name: '--blacklist-ip in place of the guard’s',
    wanted: 'refused',
    only: 'k6',
    env: (world) => ({ BASE_URL: here(world) }),
    args: () => ['--blacklist-ip', '10.0.0.0/8'],
  },
  {
    name: 'hosts in k6’s configuration file, localhost to 127.0.0.2',
    wanted: 'refused',
    env: ({ target }) => ({ BASE_URL: `http://localhost:${target.port}` }),
    config: ({ neighbour }) => ({ hosts: { localhost: `127.0.0.2:${neighbour.port}` } }),
  },
];

const ANSWERS: readonly Trick[] = [
  {
    name: 'every route redirects to another host (302)',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: here(world) }),
    behave: ({ target, neighbour }) =>
      target.behave((_, response) => {
        response.writeHead(302, { location: `http://127.0.0.2:${neighbour.port}/` }).end();
        return true;
      }),
  },
  {
    name: 'sign-in redirects to another host (307), which would repeat the password',
    wanted: 'refused',
    env: (world) => ({ BASE_URL: here(world) }),
    behave: ({ target, neighbour }) =>
      target.behave(({ url = '' }, response) => {
        if (!url.startsWith('/auth/')) return false;
        response.writeHead(307, { location: `http://127.0.0.2:${neighbour.port}${url}` }).end();
        return true;
      }),
  },
  ...[
    ['another host', (port: number) => `http://0.0.0.0:${port}/file`],
    ['a user name before another host', (port: number) => `http://127.0.0.1:1@0.0.0.0:${port}/file`],
    ['a backslash before another host', (port: number) => `http://0.0.0.0:${port}\\@127.0.0.1/file`],
  ].map(
    ([what, url]): Trick => ({
      name: `the upload address names ${what as string}`,
      wanted: 'refused',
      test: 'video',
      env: (world) => ({ BASE_URL: here(world), CONTRACT_FOR: 'video' }),
      behave: ({ target, anywhere }) => target.behave(uploadTo((url as (port: number) => string)(anywhere.port))),
    }),
  ),
  {
    name: 'upload addresses: first a named host, then one that begins as it does',
    wanted: 'kept',
    only: 'k6',
    bundle: 'video.js',
    env: (world) => ({
      ...throughNamed(world),
      LAUNCHGATE_TARGETS: `0.0.0.0:${world.named.port},0.0.0.0:${firstDigits(world)}`,
    }),
    behave: (world) => {
      const { named, anywhere } = world;
      let asked = 0;
      named.behave((request, response, body) => {
        const addresses = [`http://0.0.0.0:${firstDigits(world)}/file`, `http://0.0.0.0:${anywhere.port}`];
        return uploadTo(addresses[asked++ % 2]!)(request, response, body);
      });
    },
  },
];

/** A port that is the stranger's without its last digit. */
function firstDigits({ anywhere }: World): string {
  return String(anywhere.port).slice(0, -1);
}

function uploadTo(uploadUrl: string): Parameters<FakeTarget['behave']>[0] {
  return ({ url = '' }, response) => {
    if (!url.startsWith('/api/video/upload-url')) return false;
    const rest = { videoId: 'v', storagePath: 'p', expiresIn: 900, storage: { used: 0, limit: 1e9 } };
    json(response, 200, { uploadUrl, ...rest });
    return true;
  };
}

export const TRICKS: Readonly<Record<string, readonly Trick[]>> = {
  'How a host is spelt': SPELLINGS,
  Settings: SETTINGS,
  'Environment and k6’s options': ENVIRONMENT,
  'What a target answers': ANSWERS,
};

export interface Tried {
  readonly program: 'launchgate run' | 'k6 run';
  readonly exitCode: number | null;
  /** What the person is told. */
  readonly lines: readonly string[];
  /** Connections to listeners that nobody named. */
  readonly strangers: number;
  /** Requests to the named target. */
  readonly requests: number;
  /** Whether it ended as wanted. */
  readonly held: boolean;
}

/** Tries a trick on both programs, one after the other: the listeners tell visits, and not visitors. */
export async function tryTrick(trick: Trick, world: World): Promise<Tried[]> {
  const { project, target, named } = world;
  for (const server of [target, named]) server.behave(() => false);
  trick.behave?.(world);
  await project.configureK6(trick.config?.(world));
  const env = trick.env(world);
  visits(world);
  const tried: Tried[] = [];
  if (trick.only !== 'k6') {
    const args = ['run', trick.test ?? 'quick', '--profile', 'smoke'];
    tried.push(outcome(trick, world, 'launchgate run', await project.gate(args, env)));
  }
  if (trick.only !== 'gate') {
    const bundle = trick.bundle ?? 'contract.js';
    tried.push(outcome(trick, world, 'k6 run', await project.plainK6(bundle, env, trick.args?.(world))));
  }
  return tried;
}

function visits({ target, named, neighbour, anywhere }: World) {
  return { strangers: neighbour.visits() + anywhere.visits(), requests: target.visits() + named.visits() };
}

function outcome(trick: Trick, world: World, program: Tried['program'], ended: Ended): Tried {
  const { strangers, requests } = visits(world);
  const lines = program === 'k6 run' ? saidByK6(ended) : saidByGate(ended);
  const { exitCode } = ended;
  const refused = exitCode !== null && exitCode > 1 && lines.length > 0;
  const held = strangers === 0 && (trick.wanted === 'refused' ? refused : requests > 0);
  return { program, exitCode, lines, strangers, requests, held };
}

function saidByGate({ stderr }: Ended): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('launchgate: '));
}

/** k6's own words around a thrown text are left out. */
function saidByK6({ stderr, stdout }: Ended): string[] {
  const errors = stderr.split('\n').filter((line) => /level=error/.test(line));
  const told = errors.map((line) => /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line);
  const findings = stdout.split('\n').filter((line) => line.startsWith('  fatal '));
  return [...new Set([...told, ...findings.map((line) => line.trim())])];
}

/** An archive that was made for one target, in the hands of somebody who names another. */
export async function tryArchive(world: World): Promise<Tried[]> {
  const { project, anywhere } = world;
  for (const server of [world.target, world.named]) server.behave(() => false);
  const path = join(project.root, 'dist', 'taken.tar');
  const made = await project.gate(['archive', 'quick', '--profile', 'smoke', '--base-url', here(world), '--out', path]);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  visits(world);
  const elsewhere = { BASE_URL: `http://0.0.0.0:${anywhere.port}` };
  const trick: Trick = { name: '', wanted: 'refused', env: () => elsewhere };
  return [outcome(trick, world, 'k6 run', await project.plainK6('taken.tar', elsewhere))];
}
