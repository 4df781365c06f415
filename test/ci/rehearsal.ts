/**
 * Runs GitHub workflows on this machine: the shell steps of each job, as they stand in the file, in a folder that may be
 * changed. Actions are stood in for: a checkout and Node are there already, an upload is a copy.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { applies, type Contexts, interpolated, textOf, type Value } from './expressions.ts';

export interface Stage {
  /** A clone of the repository, in which the steps run. */
  folder: string;
  /** Holds what is uploaded, and the files by which steps speak to GitHub. */
  backstage: string;
  env: NodeJS.ProcessEnv;
  github: Record<string, Value>;
  vars: Record<string, string>;
  secrets: Record<string, string>;
  /** Inputs of called and manual workflows that are other than the file says. */
  inputs: Record<string, string>;
  /** Only this job of the workflow, and what it calls; all when undefined. */
  job?: string;
  say: (text: string) => void;
}

export interface StepResult {
  name: string;
  outcome: 'success' | 'failure' | 'skipped';
  output: string;
}

export interface JobResult {
  /** `workflow / job`, with the matrix in brackets. */
  name: string;
  result: 'success' | 'failure' | 'skipped';
  outputs: Record<string, Value>;
  steps: StepResult[];
  /** What the job put on its page. */
  summary: string;
}

interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
}

interface Job {
  needs?: string | string[];
  if?: string;
  uses?: string;
  with?: Record<string, string | number | boolean>;
  secrets?: 'inherit' | Record<string, string>;
  strategy?: { matrix: Record<string, string | Value[]> };
  env?: Record<string, string>;
  outputs?: Record<string, string>;
  steps?: Step[];
}

interface Trigger {
  inputs?: Record<string, { type?: string; default?: Value; options?: string[] }>;
  outputs?: Record<string, { value: string }>;
}

export interface Workflow {
  name: string;
  on: Record<string, Trigger | null>;
  defaults?: { run?: { shell?: string } };
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

const SHELLS: Record<string, string[]> = {
  // GitHub's own command lines; the first where a step names no shell.
  '': ['-e'],
  bash: ['--noprofile', '--norc', '-eo', 'pipefail'],
};

export async function readWorkflow(path: string): Promise<Workflow> {
  return parse(await readFile(path, 'utf8')) as Workflow;
}

/** @param file in .github/workflows of the stage's folder */
export async function rehearse(file: string, stage: Stage): Promise<JobResult[]> {
  const workflow = await readWorkflow(join(stage.folder, '.github/workflows', file));
  const { inputs } = workflow.on.workflow_dispatch ?? {};
  return new Performance(basename(file, '.yml'), workflow, stage, inputsOf(inputs, {}, stage)).play();
}

/** Inputs as a called workflow sees them: the caller's, the rehearsal's own, the defaults. */
function inputsOf(declared: Trigger['inputs'], given: Record<string, Value>, stage: Stage): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(declared ?? {}).map(([name, { default: usual, options }]) => [
      name,
      stage.inputs[name] ?? given[name] ?? usual ?? options?.[0] ?? '',
    ]),
  );
}

class Performance {
  readonly #title: string;
  readonly #workflow: Workflow;
  readonly #stage: Stage;
  readonly #inputs: Record<string, Value>;
  readonly #results = new Map<string, JobResult[]>();

  constructor(title: string, workflow: Workflow, stage: Stage, inputs: Record<string, Value>) {
    this.#title = title;
    this.#workflow = workflow;
    this.#stage = stage;
    this.#inputs = inputs;
  }

  async play(): Promise<JobResult[]> {
    const all: JobResult[] = [];
    const waiting = new Map(Object.entries(this.#workflow.jobs));
    while (waiting.size > 0) {
      const next = [...waiting].find(([, job]) => needsOf(job).every((name) => this.#results.has(name)));
      if (!next) throw new Error(`${this.#title}: ${[...waiting.keys()].join(', ')} wait for each other`);
      const [name, job] = next;
      waiting.delete(name);
      const results = await this.#playJob(name, job);
      this.#results.set(name, results);
      all.push(...results);
    }
    return all;
  }

  /** Of a called workflow: what its outputs are made of. */
  jobContexts(): Contexts {
    return Object.fromEntries(
      [...this.#results].map(([name, results]) => [name, { outputs: results.at(-1)!.outputs }]),
    );
  }

  async #playJob(name: string, job: Job): Promise<JobResult[]> {
    const shown = `${this.#title} / ${name}`;
    const contexts = this.#contexts(job);
    const only = this.#stage.job;
    // Who asks for one job wants it without those before it.
    const stops = only === undefined ? ['failure', 'skipped'] : ['failure'];
    const failed = needsOf(job).some((need) => stops.includes(this.#results.get(need)!.at(-1)!.result));
    if ((only ?? name) !== name || !applies(job.if, contexts, { failed })) return [skipped(shown)];
    const results: JobResult[] = [];
    for (const matrix of combinations(job, contexts)) {
      const title =
        Object.keys(matrix).length > 0 ? `${shown} (${Object.values(matrix).map(textOf).join(', ')})` : shown;
      results.push(...(await this.#perform(title, job, { ...contexts, matrix })));
    }
    return results;
  }

  async #perform(name: string, job: Job, contexts: Contexts): Promise<JobResult[]> {
    if (job.uses) return this.#call(name, job, contexts);
    this.#stage.say(`\n== ${name}`);
    return [await new JobPerformance(name, this.#workflow, job, this.#stage, contexts).play()];
  }

  async #call(name: string, job: Job, contexts: Contexts): Promise<JobResult[]> {
    const called = await readWorkflow(join(this.#stage.folder, job.uses!));
    const trigger = called.on.workflow_call ?? {};
    const inputs = inputsOf(trigger.inputs, resolved(job.with ?? {}, contexts), this.#stage);
    const secrets = job.secrets === 'inherit' ? this.#stage.secrets : texts(resolved(job.secrets ?? {}, contexts));
    const performance = new Performance(name, called, { ...this.#stage, secrets, job: undefined }, inputs);
    const results = await performance.play();
    const outputs = resolved(
      Object.fromEntries(Object.entries(trigger.outputs ?? {}).map(([output, { value }]) => [output, value])),
      { ...contexts, jobs: performance.jobContexts() },
    );
    const failed = results.some(({ result }) => result === 'failure');
    return [...results, { ...skipped(name), result: failed ? 'failure' : 'success', outputs }];
  }

  #contexts(job: Job): Contexts {
    const needs = Object.fromEntries(
      needsOf(job).map((name) => {
        const results = this.#results.get(name)!;
        return [name, { outputs: results.at(-1)!.outputs, result: results.at(-1)!.result }];
      }),
    );
    const { github, vars, secrets } = this.#stage;
    return { github, vars, secrets, inputs: this.#inputs, needs, matrix: {}, env: {} };
  }
}

class JobPerformance {
  readonly #name: string;
  readonly #job: Job;
  readonly #shell: string;
  readonly #stage: Stage;
  readonly #contexts: Contexts;
  readonly #steps: Record<string, Value> = {};
  readonly #results: StepResult[] = [];
  #failed = false;

  constructor(name: string, workflow: Workflow, job: Job, stage: Stage, contexts: Contexts) {
    this.#name = name;
    this.#job = job;
    this.#shell = workflow.defaults?.run?.shell ?? '';
    this.#stage = stage;
    const env = texts(resolved({ ...workflow.env, ...job.env }, contexts));
    this.#contexts = { ...contexts, env, steps: this.#steps };
  }

  async play(): Promise<JobResult> {
    await rm(join(this.#stage.folder, 'results'), { recursive: true, force: true });
    await writeFile(this.#file('summary'), '');
    for (const step of this.#job.steps ?? []) this.#results.push(await this.#playStep(step));
    return {
      name: this.#name,
      result: this.#failed ? 'failure' : 'success',
      outputs: resolved(this.#job.outputs ?? {}, this.#contexts),
      steps: this.#results,
      summary: await readFile(this.#file('summary'), 'utf8'),
    };
  }

  async #playStep(step: Step): Promise<StepResult> {
    const name = step.name ?? step.uses ?? step.run!.split('\n')[0]!;
    if (!applies(step.if, this.#contexts, { failed: this.#failed })) return { name, outcome: 'skipped', output: '' };
    this.#stage.say(`-- ${name}`);
    if (step.uses) return { name, outcome: 'success', output: await this.#standIn(step) };
    const { exitCode, output } = await this.#run(step);
    if (exitCode !== 0) {
      this.#failed = true;
      this.#stage.say(`   ended with exit code ${exitCode}`);
    }
    return { name, outcome: exitCode === 0 ? 'success' : 'failure', output };
  }

  async #standIn(step: Step): Promise<string> {
    if (!step.uses!.startsWith('actions/upload-artifact@')) return '';
    const { name, path } = texts(resolved(step.with ?? {}, this.#contexts));
    const from = join(this.#stage.folder, path!);
    const to = join(this.#stage.backstage, 'artifacts', name!);
    await mkdir(to, { recursive: true });
    // As the action: a folder's content, a file by its name.
    await cp(from, path!.endsWith('/') ? to : join(to, basename(path!)), { recursive: true }).catch(() => undefined);
    return to;
  }

  async #run(step: Step): Promise<{ exitCode: number; output: string }> {
    await writeFile(this.#file('output'), '');
    const script = textOf(interpolated(step.run!, this.#contexts));
    const env = { ...(this.#contexts.env as object), ...texts(resolved(step.env ?? {}, this.#contexts)) };
    const flags = SHELLS[step.shell ?? this.#shell];
    if (!flags) throw new Error(`${this.#name}: the rehearsal has no shell ${step.shell ?? this.#shell}`);
    const child = spawn('bash', [...flags, '-c', script], {
      cwd: this.#stage.folder,
      env: {
        ...this.#stage.env,
        ...env,
        CI: 'true',
        GITHUB_OUTPUT: this.#file('output'),
        GITHUB_STEP_SUMMARY: this.#file('summary'),
        REHEARSAL: this.#stage.backstage,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        this.#stage.say(text.trimEnd().replace(/^/gm, '   '));
      });
    }
    const exitCode = await new Promise<number>((done) => child.on('close', (code) => done(code ?? 1)));
    const outputs = outputsIn(await readFile(this.#file('output'), 'utf8'));
    if (step.id) this.#steps[step.id] = { outputs, outcome: exitCode === 0 ? 'success' : 'failure' };
    return { exitCode, output };
  }

  #file(name: string): string {
    return join(this.#stage.backstage, name);
  }
}

/** `name=value` lines, and `name<<END … END` for values of several lines. */
function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, end] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (name && end) {
      const last = lines.indexOf(end);
      if (last < 0) throw new Error(`the output ${name} has no end`);
      outputs[name] = lines
        .splice(0, last + 1)
        .slice(0, -1)
        .join('\n');
    } else if (line.includes('=')) {
      outputs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
    }
  }
  return outputs;
}

/** One for each combination of the matrix; a single empty one where there is none. */
function combinations(job: Job, contexts: Contexts): Record<string, Value>[] {
  let all: Record<string, Value>[] = [{}];
  for (const [name, given] of Object.entries(job.strategy?.matrix ?? {})) {
    const values = typeof given === 'string' ? interpolated(given, contexts) : given;
    all = all.flatMap((made) => (values as Value[]).map((value) => ({ ...made, [name]: value })));
  }
  return all;
}

function needsOf({ needs = [] }: Job): string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

function resolved(given: Record<string, string | number | boolean>, contexts: Contexts): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' ? interpolated(value, contexts) : value,
    ]),
  );
}

function texts(values: Record<string, Value>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));
}

function skipped(name: string): JobResult {
  return { name, result: 'skipped', outputs: {}, steps: [], summary: '' };
}
