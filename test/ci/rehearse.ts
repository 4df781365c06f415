/**
 * `make ci-rehearsal`: what GitHub would run, in a fresh clone of the last commit. Nothing leaves the machine: `gh` is
 * stood in for, and a push goes to a repository that is thrown away.
 *
 *   node dist/test/ci/rehearse.mjs [workflow …] [--job <job>] [<input>=<value> …]
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ghStandIn } from './gh-stand-in.ts';
import { type JobResult, readWorkflow, rehearse, type Stage } from './rehearsal.ts';

const WORKFLOWS = '.github/workflows';
const { workflows, job, inputs } = requested(process.argv.slice(2));
const backstage = await mkdtemp(join(tmpdir(), 'launchgate-ci-'));
const folder = join(backstage, 'clone');
const results: JobResult[] = [];
try {
  git('clone', '--quiet', '.', folder);
  git('init', '--quiet', '--bare', join(backstage, 'origin.git'));
  git('-C', folder, 'remote', 'set-url', 'origin', join(backstage, 'origin.git'));
  const bin = await ghStandIn(backstage);
  // The clone's make is not a part of the one that started this.
  const { MAKEFLAGS: _flags, MAKELEVEL: _level, ...env } = process.env;
  for (const file of await filesOf(workflows)) {
    const stage: Stage = {
      ...{ folder, backstage, job, inputs, vars: {}, secrets: {} },
      // Of our own: a rehearsal must not find the person's settings.
      env: { ...env, PATH: `${bin}:${process.env.PATH}`, LAUNCHGATE_ENV_FILE: '/dev/null' },
      github: githubOf(file),
      say: (text) => console.log(text),
    };
    results.push(...(await rehearse(file, stage)));
  }
} finally {
  await rm(backstage, { recursive: true, force: true });
}
console.log();
for (const { name, result } of results.filter(({ result }) => result !== 'skipped')) console.log(`${result}  ${name}`);
if (results.some(({ result }) => result === 'failure')) process.exitCode = 1;

function requested(args: string[]) {
  const wanted = {
    workflows: [] as string[],
    job: undefined as string | undefined,
    inputs: {} as Record<string, string>,
  };
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    const [name, value] = arg.split('=', 2);
    if (arg === '--job') wanted.job = args.shift();
    else if (value === undefined) wanted.workflows.push(`${basename(arg, '.yml')}.yml`);
    else wanted.inputs[name!] = value;
  }
  return wanted;
}

/** The workflows that were asked for, or all that something starts by itself. */
async function filesOf(wanted: string[]): Promise<string[]> {
  const files = (await readdir(WORKFLOWS)).sort();
  const unknown = wanted.find((file) => !files.includes(file));
  if (unknown) throw new Error(`there is no workflow ${unknown}; there are ${files.join(', ')}`);
  if (wanted.length > 0) return wanted;
  const starting = await Promise.all(
    files.map(async (file) =>
      Object.keys((await readWorkflow(join(WORKFLOWS, file))).on).some((on) => on !== 'workflow_call'),
    ),
  );
  return files.filter((_, index) => starting[index]);
}

function githubOf(file: string): Stage['github'] {
  const repository = 'rehearsal/launchgate';
  return {
    ...{ repository, server_url: 'https://github.com', run_id: '1', token: '' },
    event_name: file === 'pull-request.yml' ? 'pull_request' : 'workflow_dispatch',
    event: { pull_request: { number: 1, head: { repo: { full_name: repository } } } },
  };
}

function git(...args: string[]): void {
  execFileSync('git', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
