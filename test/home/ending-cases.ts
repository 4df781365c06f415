/** SIGINT and SIGTERM at every stage of a run, and in the other long commands; kill -9 of each part. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Case } from './attack.ts';
import { type Ended, type Home, isFolding, isJudged, type Started, sampled } from './home.ts';

export const RUN = ['run', 'chat', '--profile', 'smoke', '--switch', 'chunks=100'];

export type Moment = (home: Home, started: Started, before: readonly string[]) => Promise<unknown>;

export const whenSaid =
  (text: string): Moment =>
  (_home, started) =>
    started.says(text);

export const whenRun =
  (holds: Parameters<Home['newRun']>[1]): Moment =>
  (home, _started, before) =>
    home.newRun(before, holds);

/** From the load on there is a verdict. */
const STAGES: readonly [stage: string, moment: Moment, outcomes: string[] | undefined][] = [
  ['platform start', whenSaid('Starting the embedded platform'), undefined],
  ['contract', whenSaid('Checking the contract'), undefined],
  ['k6 init', whenSaid('Sending load'), ['interrupted']],
  ['ramp', whenRun(sampled('ramp')), ['interrupted']],
  ['hold', whenRun(sampled('smoke')), ['interrupted']],
];
/** The load is over, and all of it is judged: such a run is whole. */
const AFTERWARDS: readonly [stage: string, moment: Moment][] = [
  ['fold', whenRun(isFolding)],
  ['report', whenRun(isJudged)],
];
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Starts a command, and does this to it at the moment; @param deed says false when it came too late */
export async function hit(
  home: Home,
  before: readonly string[],
  args: readonly string[],
  moment: Moment,
  deed: (started: Started) => unknown,
): Promise<Ended> {
  const started = home.launch(args);
  const isThere = await Promise.race([moment(home, started, before).then(() => true), started.ended.then(() => false)]);
  const isHit = isThere && (await deed(started)) !== false;
  return { ...(await started.ended), missed: !isHit };
}

const send = (signal: NodeJS.Signals) => (started: Started) => started.child.kill(signal);

const signalled = SIGNALS.flatMap((signal): Case[] => [
  {
    name: `${signal}: health`,
    exits: [130],
    async attack(home) {
      const silent = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const asked = new Promise((done) => silent.once('request', done));
      const started = home.launch([...RUN.slice(0, 4), '--base-url', url]);
      await asked;
      started.child.kill(signal);
      const ended = await started.ended;
      silent.close();
      silent.closeAllConnections();
      return ended;
    },
  },
  ...STAGES.map(
    ([stage, moment, outcomes]): Case => ({
      name: `${signal}: ${stage}`,
      exits: [130],
      ...(outcomes ? { outcomes } : {}),
      attack: (home, before) => hit(home, before, RUN, moment, send(signal)),
    }),
  ),
  ...AFTERWARDS.map(
    ([stage, moment]): Case => ({
      name: `${signal}: ${stage}`,
      exits: [0],
      outcomes: ['pass'],
      attack: (home, before) => hit(home, before, RUN, moment, send(signal)),
    }),
  ),
]);

/** Nothing is measured while k6 still begins; a verdict that was written stays. */
const KILLED_OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  ramp: ['interrupted'],
  hold: ['interrupted'],
  fold: ['interrupted', 'pass'],
  report: ['pass'],
};

const killed: Case[] = [
  ...[...STAGES, ...AFTERWARDS].map(
    ([stage, moment]): Case => ({
      name: `kill -9 of the runner: ${stage}`,
      exits: ['SIGKILL'],
      ...(stage in KILLED_OUTCOMES ? { outcomes: KILLED_OUTCOMES[stage]! } : {}),
      attack: (home, before) => hit(home, before, RUN, moment, send('SIGKILL')),
    }),
  ),
  {
    name: 'kill -9 of the runner and its group: hold',
    exits: ['SIGKILL'],
    outcomes: ['interrupted'],
    async attack(home, before) {
      const started = home.launch(RUN, { detached: true });
      await home.newRun(before, sampled('smoke'));
      process.kill(-started.child.pid!, 'SIGKILL');
      return started.ended;
    },
  },
  {
    name: 'kill -9 of k6: contract',
    exits: [2],
    attack: (home, before) =>
      hit(home, before, RUN, whenSaid('Checking the contract'), () => kill(home, 'dist/contract.js')),
  },
  {
    name: 'kill -9 of k6: hold',
    exits: [4],
    outcomes: ['invalid'],
    attack: (home, before) => hit(home, before, RUN, whenRun(sampled('smoke')), () => kill(home, 'dist/chat.js')),
  },
  {
    name: 'kill -9 of the platform: its start',
    exits: [1],
    attack: (home, before) =>
      hit(home, before, RUN, whenSaid('Starting the embedded platform'), () => kill(home, 'platform.mjs')),
  },
  {
    name: 'kill -9 of the platform: contract',
    exits: [1],
    attack: (home, before) =>
      hit(home, before, RUN, whenSaid('Checking the contract'), () => kill(home, 'platform.mjs')),
  },
  {
    name: 'kill -9 of the platform: hold',
    exits: [99],
    outcomes: ['fail'],
    attack: (home, before) => hit(home, before, RUN, whenRun(sampled('smoke')), () => kill(home, 'platform.mjs')),
  },
];

async function kill(home: Home, text: string): Promise<void> {
  process.kill(await home.processWith(text), 'SIGKILL');
}

export const ENDING_CASES: readonly Case[] = [...signalled, ...killed];
