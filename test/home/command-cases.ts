/** Ends of the other long commands; `cloud --local` and each test of `all` are the run itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPrometheus } from '../../gate/observe/local-prometheus.ts';
import type { Case } from './attack.ts';
import { hit, type Moment, RUN, whenRun, whenSaid } from './ending-cases.ts';
import { sampled } from './home.ts';

const noPrometheus = findPrometheus(process.env.PATH ?? '') ? undefined : 'no prometheus on PATH';
const OBSERVE = ['observe', ...RUN.slice(1)];

const whenRuns =
  (text: string): Moment =>
  (home) =>
    home.processWith(text);

const anySample = async (folder: string) =>
  (await readFile(join(folder, 'samples.csv'), 'utf8').catch(() => '')).includes('\nhttp_reqs,');

export const COMMAND_CASES: readonly Case[] = [
  {
    name: 'SIGINT: all, in its first test',
    exits: [130],
    outcomes: ['interrupted'],
    attack: (home, before) =>
      hit(home, before, ['all', '--profile', 'smoke', '--base-url', home.platform], whenRun(anySample), (started) =>
        started.child.kill('SIGINT'),
      ),
  },
  {
    name: 'SIGTERM: capacity, in a step',
    exits: [130],
    outcomes: ['interrupted'],
    attack: (home, before) =>
      hit(
        home,
        before,
        [
          'capacity',
          'chat',
          '--base-url',
          home.platform,
          '--from',
          '4',
          '--most',
          '8',
          '--short',
          '20',
          '--full',
          '20',
        ],
        whenRun(anySample),
        (started) => started.child.kill('SIGTERM'),
      ),
  },
  {
    name: 'SIGINT: observe, while Prometheus starts',
    skip: noPrometheus,
    exits: [130],
    attack: (home, before) =>
      hit(home, before, OBSERVE, whenRuns('--web.enable-remote-write-receiver'), (started) =>
        started.child.kill('SIGINT'),
      ),
  },
  {
    name: 'SIGTERM: observe, after the run',
    skip: noPrometheus,
    exits: [0],
    outcomes: ['pass'],
    attack: (home, before) =>
      hit(home, before, OBSERVE, whenSaid('until Ctrl-C'), (started) => started.child.kill('SIGTERM')),
  },
  {
    name: 'kill -9 of observe: hold',
    skip: noPrometheus,
    exits: ['SIGKILL'],
    outcomes: ['interrupted'],
    attack: (home, before) =>
      hit(home, before, OBSERVE, whenRun(sampled('smoke')), (started) => started.child.kill('SIGKILL')),
  },
  {
    name: 'SIGTERM: monitor',
    exits: [130],
    attack: (home, before) =>
      hit(
        home,
        before,
        ['monitor', '--base-url', home.platform, '--for', '1h', '--out', 'watch.md'],
        whenSaid('healthy'),
        (started) => started.child.kill('SIGTERM'),
      ),
  },
  {
    name: 'SIGTERM: data seed',
    exits: ['SIGTERM'],
    async attack(home) {
      const seeding = home.launch(['data', 'seed'], { env: { BASE_URL: home.platform } });
      // A line is there once a table is full; the longest is still to come.
      await seeding.says('students');
      seeding.child.kill('SIGTERM');
      const ended = await seeding.ended;
      const again = await home.launch(['data', 'seed'], { env: { BASE_URL: home.platform } }).ended;
      return again.exitCode === 0 ? ended : again;
    },
  },
  {
    name: 'kill -9 of `launchgate platform`',
    exits: ['SIGKILL'],
    attack: (home, before) =>
      hit(home, before, ['platform', '--switch', 'chunks=100'], whenSaid('"ready":true'), (started) =>
        started.child.kill('SIGKILL'),
      ),
  },
];
