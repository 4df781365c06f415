import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { AUDIT_SCHEMA, type AuditFile } from '../../src/wire/audit-file.ts';
import { hostProblems } from '../../src/wire/guard.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { refusing } from './refusing.ts';
import { subjectNow } from './release-options.ts';
import { RESULTS_OPTION } from './results.ts';
import { settingsOf, several, usableSettings } from './run-options.ts';
import { explained, shown } from './wrapped.ts';

interface AuditOptions {
  baseUrl?: string;
  setup?: string;
  switch?: string[];
  writes?: true;
  json?: true;
  results: string;
}

export function register(program: Command): void {
  const command = program
    .command('audit')
    .description('look the platform over: database, cache, sessions, limits; what is wrong, why, the fix, its cost')
    .option('--base-url <url>', 'your platform; without it the embedded platform is started')
    .option('--setup <name>', 'embedded platform: free or recommended')
    .option('--switch <name=value>', 'embedded platform: change the setup; repeatable', several)
    .option('--writes', 'ask a few questions and upload a video as test users, to see more (AI answers cost money)')
    .option('--json', 'print the findings as JSON')
    .option(...RESULTS_OPTION)
    .action(auditTarget);
  explained(
    command,
    'Reads only, unless --writes. DATABASE_URL, REDIS_URL and METRICS_URL let it see more; what it can’t see it says, and asks of a person. The embedded platform, which is there for nothing else, is written to and loaded for moments.',
  );
}

async function auditTarget(options: AuditOptions): Promise<void> {
  const settings = await usableSettings(settingsOf(options));
  if (!settings) return;
  if (settings.BASE_URL) {
    const hosts = hostProblems('audit', settings);
    if (hosts.length > 0) return complain(hosts, EXIT.usage);
    return look(settings, settings, options.writes ? 'writes' : 'reads', options);
  }
  const { forEmbedded } = await import('../runs/run.ts');
  const { startPlatform } = await import('../runs/start/platform-process.ts');
  const target = forEmbedded(settings);
  const signal = interruption();
  const started = await startPlatform({
    root: PROJECT,
    settings: target,
    env: process.env,
    say: () => undefined,
    signal,
  });
  if (!started.ok) return complain(started.problems, EXIT[started.why]);
  const { url } = started.platform;
  try {
    const embedded = { BASE_URL: url, METRICS_URL: `${url}/metrics`, DATABASE_URL: settings.PLATFORM_DATABASE_URL };
    await look(settings, { ...target, ...embedded }, 'provoke', options);
  } finally {
    await started.platform.stop();
  }
}

/** @param named the settings as they were given, which say whose audit it is */
async function look(
  named: Settings,
  settings: Settings,
  effort: 'reads' | 'writes' | 'provoke',
  { json, results }: AuditOptions,
): Promise<void> {
  const { audit } = await import('../target/audit.ts');
  const { readFixtures } = await import('../runs/start/fixture-files.ts');
  const { subjectText } = await import('../release/subject.ts');
  const { newestRunOf } = await import('../release/evidence.ts');
  const { writeWhole } = await import('../runs/folder/whole-file.ts');
  const { auditCounts, auditLines } = await import('./audit-lines.ts');
  const fixtures = await readFixtures(PROJECT);
  if (!fixtures.ok) return complain(fixtures.problems, EXIT.usage);
  const subject = await subjectNow(named);
  await refusing(async () => {
    const { users } = fixtures.fixtures;
    const run = await newestRunOf('rate-limits', results, subject);
    const rateLimits = run && { name: run.name, verdict: run.verdict };
    const seen = await audit({ settings, users, effort, rateLimits, say: (line) => console.error(line) });
    const at = new Date().toISOString();
    const file: AuditFile = { schema: AUDIT_SCHEMA, ...subject, at, ...seen };
    const folder = join(results, 'audit', at.slice(0, 19).replaceAll(':', '-'));
    await mkdir(folder, { recursive: true });
    const path = await writeWhole(join(folder, 'audit.json'), `${JSON.stringify(file, null, 2)}\n`);
    const found = seen.findings.filter(({ outcome }) => outcome === 'found');
    if (found.length > 0) process.exitCode = EXIT.checkFailed;
    if (json) return console.log(JSON.stringify(file, null, 2));
    const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
    console.log(
      shown([
        ...auditLines(seen.findings, coloured),
        '',
        `${subjectText(subject)}: ${auditCounts(seen.findings)} (${seen.sources.join(', ')}). Kept: ${relative('', path)}`,
        'Next: ./launchgate checklist',
      ]),
    );
  });
}
