/**
 * Tries everything that docs/reliability-guard.md tells of, or the one part that is named. `--write` puts the tables there.
 * Exits with 1 when something did not hold.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFigures } from '../evidence/figures-document.ts';
import { copiedProject } from './copied-project.ts';
import { dependenciesOf } from './dependencies.ts';
import { problemsOf, services } from './served.ts';
import { MAY_KNOW, overheard, sweep } from './sweep.ts';
import { newWorld, TRICKS, type Tried, tryArchive, tryTrick } from './tricks.ts';

const DOCUMENT = 'docs/reliability-guard.md';
const COMMAND = 'make faults-guard';

interface Part {
  readonly lines: readonly string[];
  /** What did not hold. */
  readonly failures: readonly string[];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = (row: readonly (string | number)[]) =>
    `| ${row.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [cells(head), cells(head.map(() => '---')), ...rows.map(cells)];
}

async function guardPart(): Promise<Part> {
  const world = await newWorld();
  const lines: string[] = [];
  const failures: string[] = [];
  const row = (name: string, wanted: string, tried: readonly Tried[]) => {
    const of = (program: Tried['program']) => outcomeText(tried.find((each) => each.program === program));
    failures.push(...tried.filter(({ held }) => !held).map(({ program }) => `${name} (${program})`));
    console.error(`${tried.every(({ held }) => held) ? 'held' : 'FAILED'}: ${name}`);
    const strangers = tried.reduce((sum, each) => sum + each.strangers, 0);
    return [code(name), wanted, of('launchgate run'), of('k6 run'), strangers];
  };
  const head = ['tried', 'wanted', 'launchgate run', 'plain k6 run', 'connections to hosts that were not named'];
  try {
    for (const [title, tricks] of Object.entries(TRICKS)) {
      const rows: (string | number)[][] = [];
      for (const trick of tricks) rows.push(row(trick.name, trick.wanted, await tryTrick(trick, world)));
      if (title === 'Settings')
        rows.push(row('an archive, run with another BASE_URL', 'refused', await tryArchive(world)));
      lines.push(`#### ${title}`, '', ...table(head, rows), '');
    }
  } finally {
    await world.close();
  }
  return { lines, failures };
}

function outcomeText(tried: Tried | undefined): string {
  if (!tried) return '–';
  if (!tried.held) return `FAILED, exit ${tried.exitCode}`;
  return tried.requests === 0
    ? `refused, exit ${tried.exitCode}`
    : `exit ${tried.exitCode}, ${tried.requests} requests to the named host`;
}

/** Names that are settings or addresses stand as code. */
function code(name: string): string {
  return name.replace(/^(\S*[=<:]\S*)/, '`$1`');
}

async function secretsPart(): Promise<Part> {
  const { commands, canaries, places, sightings, environments } = await sweep(true);
  const found = sightings.map(({ canary, form, place }) => `${canary} (${form}) in ${place}`);
  const knowing = [...environments].map(([program, names]) => [
    program,
    program in MAY_KNOW
      ? [...names].join(', ') || 'none'
      : names.size === 0
        ? 'none'
        : `FAILED: ${[...names].join(', ')}`,
  ]);
  return {
    lines: [
      `${canaries.set} secrets were set, and ${canaries.issued} passwords and tokens passed the network. In ${places} files, printed texts and command lines`,
      `they were found ${sightings.length} times: plain, escaped for JSON, escaped for addresses, in base64.`,
      '',
      ...table(
        ['command', 'exit code'],
        commands.map(({ line, exitCode }) => [line, exitCode ?? 'killed']),
      ),
      '',
      ...table(['program', 'secrets in its environment'], knowing),
      '',
    ],
    failures: [...found, ...overheard(environments)],
  };
}

/** The tests of test/guard/hostile.test.ts, by name. */
async function hostilePart(): Promise<Part> {
  const { exitCode, stdout, stderr } = await ran(
    process.execPath,
    ['--test', '--test-reporter=tap', 'dist/test/guard/hostile.test.mjs'],
    '.',
  );
  const results = [...stdout.matchAll(/^ *(ok|not ok) \d+ - ([^#\n]+?)(?: # (SKIP.*))?$/gm)].map(
    ([, result, name, skipped]) => ({ name: name!, outcome: skipped ?? (result === 'ok' ? 'held' : 'FAILED') }),
  );
  const failures = results.filter(({ outcome }) => outcome === 'FAILED').map(({ name }) => name);
  if (exitCode !== 0 && failures.length === 0) failures.push(`its tests ended with ${exitCode}: ${stderr.trim()}`);
  return {
    lines: [
      ...table(
        ['of a target that attacks whoever reads its answers', 'outcome'],
        results.map(({ name, outcome }) => [name, outcome]),
      ),
      '',
    ],
    failures,
  };
}

async function servedPart(): Promise<Part> {
  const project = await copiedProject();
  try {
    const served = await services(project);
    const rows = served.map(({ name, addresses, byOwnName, byForeignName }) => [
      name,
      addresses.map((address) => address.replace(/\d+$/, '<port>')).join(', '),
      byOwnName,
      byForeignName,
    ]);
    return {
      lines: [...table(['served', 'listens on', 'Host: 127.0.0.1', 'Host: evil.example'], rows), ''],
      failures: served.flatMap(problemsOf),
    };
  } finally {
    await project.remove();
  }
}

async function dependenciesPart(): Promise<Part> {
  const { installed, bundled, licences, withScripts, problems } = await dependenciesOf('.');
  const clean = await cleanInstall();
  const audit = await ran('npm', ['audit', '--json'], '.');
  const rows: [string, string][] = [
    [
      'package.json and lockfile',
      problems.length === 0 ? `agree; ${installed} packages, each with its checksum` : problems.join('; '),
    ],
    ['packages with install scripts', `${withScripts.join(', ') || 'none'}; .npmrc lets none run`],
    ['npm ci without scripts, build, run quick (smoke)', clean],
    ['npm audit', auditText(audit.stdout)],
    [
      `licences of the ${bundled} packages that programs are made of`,
      [...licences].map(([name, count]) => `${name} ${count}`).join(', '),
    ],
  ];
  return {
    lines: [...table(['looked at', 'found'], rows), ''],
    failures: [...problems, ...(clean.startsWith('FAILED') ? [clean] : [])],
  };
}

/** What a clone has, in a folder of its own. */
async function cleanInstall(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'launchgate-clean-'));
  try {
    const { stdout: listed } = await ran('git', ['ls-files'], '.');
    for (const path of listed.split('\n').filter(Boolean)) await cp(path, join(folder, path));
    const steps: [string, string[]][] = [
      ['npm', ['ci', '--no-audit', '--no-fund']],
      ['node', ['esbuild.config.mjs']],
      ['./launchgate', ['run', 'quick', '--profile', 'smoke']],
    ];
    for (const [program, args] of steps) {
      const { exitCode, stderr } = await ran(program, args, folder);
      if (exitCode !== 0) return `FAILED: ${program} ${args.join(' ')}: ${stderr.trim().split('\n').at(-1)}`;
    }
    return 'all pass';
  } finally {
    await rm(folder, { recursive: true });
  }
}

function auditText(stdout: string): string {
  try {
    const { metadata, error } = JSON.parse(stdout) as {
      metadata?: { vulnerabilities: Record<string, number> };
      error?: { code?: string; summary?: string };
    };
    if (metadata)
      return Object.entries(metadata.vulnerabilities)
        .map(([kind, number]) => `${kind} ${number}`)
        .join(', ');
    return `this registry offers none (${error?.code ?? 'no answer'})`;
  } catch {
    return 'this registry offers none (no answer)';
  }
}

function ran(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const env = { ...process.env, LAUNCHGATE_ENV_FILE: '/dev/null' };
    const child = execFile(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) =>
      done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  'Hosts that were not named': guardPart,
  Secrets: secretsPart,
  'Hostile answers': hostilePart,
  'What is served': servedPart,
  Dependencies: dependenciesPart,
};

const [only] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const asked = Object.entries(PARTS).filter(
  ([title]) => only === undefined || title.toLowerCase().startsWith(only.toLowerCase()),
);
if (asked.length === 0) {
  console.error(`No part begins with "${only}"; there are: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
// At the same time: most of it is waiting.
const done = await Promise.all(asked.map(async ([title, part]) => ({ title, told: await part() })));
const sections = done.map(({ title, told }) => ({ title, text: [`### ${title}`, '', ...told.lines].join('\n') }));
const failures = done.flatMap(({ told }) => told.failures);
const text = sections
  .map((section) => section.text)
  .join('\n')
  .trimEnd();
if (!process.argv.includes('--write')) console.log(text);
else await writeFigures(DOCUMENT, COMMAND, only === undefined ? text : await renewed());
for (const failure of failures) console.error(`FAILED: ${failure}`);
if (failures.length > 0) process.exitCode = 1;

/** What the document holds, with the parts that were done again. */
async function renewed(): Promise<string> {
  const [, figures = ''] = (await readFile(DOCUMENT, 'utf8')).split(/<!-- (?:figures: .*|end of figures) -->\n/);
  const kept = figures.trim().split(/\n(?=### )/);
  return kept
    .map((old) => sections.find(({ title }) => old.startsWith(`### ${title}\n`))?.text ?? old)
    .join('\n')
    .trimEnd();
}
