/** What `launchgate data …` does to a project: connect, call one function, print what came of it. */
import type { Settings } from '../../src/wire/settings.ts';
import type { Project, Report } from '../target/project.ts';
import { Refusal } from '../target/refusal.ts';
import type { SeedRequest } from '../target/rows.ts';
import type { SeedSizes } from '../target/seed-request.ts';
import { EXIT } from './exit-codes.ts';
import { count } from './figures.ts';
import { PROJECT } from './project.ts';
import { refusing } from './refusing.ts';
import { usableSettings } from './run-options.ts';

const NAME_WIDTH = 15;
const COUNT_WIDTH = 8;

interface SeedArguments extends SeedSizes {
  project?: string;
  dryRun?: true;
}

export function seed(options: SeedArguments): Promise<void> {
  return withProject('seeding', async ({ project, settings, report }) => {
    const request = await requestFor(options);
    const { seed: seedProject } = await import('../target/seed.ts');
    const startedMs = Date.now();
    const steps = await seedProject(
      project,
      {
        ...request,
        passwordKey: settings.LAUNCHGATE_PASSWORD_KEY,
        named: options.project,
        dryRun: options.dryRun === true,
      },
      report,
    );
    for (const { what, rows, before } of steps) console.log(`${row(what, rows)}  (${count(before)} were there)`);
    if (options.students !== undefined || options.uploaders !== undefined) {
      console.log('Tests take their users from all of fixtures/users.csv: generate fewer to have them keep to these.');
    }
    const total = steps.reduce((sum, { rows }) => sum + rows, 0);
    console.log(
      options.dryRun
        ? `Dry run: ${count(total)} rows would be in ${project.ref}; nothing was written.`
        : `${count(total)} rows are in ${project.ref}, after ${seconds(startedMs)}. Next: ./launchgate verify`,
    );
  });
}

export function status(options: SeedArguments): Promise<void> {
  return withProject('reading', async ({ project }) => {
    const request = await requestFor(options);
    const { dataStatus, isComplete } = await import('../target/status.ts');
    const found = await dataStatus(project, request);
    for (const { what, wanted, found: there } of found.rows) {
      console.log(`${row(what, there)} of ${count(wanted)}${there < wanted ? '  incomplete' : ''}`);
    }
    const others = Object.entries(found.others).map(([what, number]) => `${count(number)} ${what}`);
    console.log(`Of others: ${others.join(', ')}.`);
    if (!isComplete(found)) console.log('Next: ./launchgate data seed, which goes on where it stopped.');
  });
}

export function clean(options: { project?: string; dryRun?: true }): Promise<void> {
  return withProject('cleaning', async ({ project, report }) => {
    const { clean: cleanProject } = await import('../target/clean.ts');
    const startedMs = Date.now();
    const dryRun = options.dryRun === true;
    const steps = await cleanProject(project, { named: options.project, dryRun }, report);
    for (const { what, rows, left } of steps) console.log(`${row(what, rows)}${left ? `  ${count(left)} left` : ''}`);
    const total = steps.reduce((sum, { rows }) => sum + rows, 0);
    const left = steps.reduce((sum, step) => sum + (step.left ?? 0), 0);
    if (dryRun) console.log(`Dry run: ${count(total)} would be removed from ${project.ref}; nothing was.`);
    else console.log(`${count(total)} removed from ${project.ref} in ${seconds(startedMs)}; ${count(left)} left.`);
    if (left > 0) process.exitCode = EXIT.checkFailed;
  });
}

export function resetUsage(options: { project?: string }): Promise<void> {
  return withProject('resetting usage', async ({ project }) => {
    const { resetUsage: resetProject } = await import('../target/usage.ts');
    console.log(`${count(await resetProject(project, options.project))} test users have their chat quota back.`);
  });
}

/** Connects to the project of the settings, and works on it. */
async function withProject(
  purpose: string,
  work: (connected: { project: Project; settings: Settings; report: Report }) => Promise<void>,
): Promise<void> {
  const settings = await usableSettings();
  if (!settings) return;
  const { connect } = await import('../target/project.ts');
  const { terminalReport } = await import('./terminal.ts');
  const report = terminalReport(process.stderr, process.env);
  await refusing(
    async () => work({ project: await connect(settings, purpose, report), settings, report }),
    report.line,
  );
}

/** @throws Refusal with what is wrong with fixtures or sizes */
export async function requestFor(sizes: SeedSizes): Promise<SeedRequest> {
  const { seedRequest } = await import('../target/seed-request.ts');
  const plan = await seedRequest(PROJECT, sizes, new Date());
  if (!plan.ok) throw new Refusal('usage', plan.problems.join(' '));
  return plan.request;
}

function row(what: string, rows: number): string {
  return `${what.padEnd(NAME_WIDTH)}  ${count(rows).padStart(COUNT_WIDTH)}`;
}

function seconds(sinceMs: number): string {
  return `${((Date.now() - sinceMs) / 1_000).toFixed(1)} s`;
}
