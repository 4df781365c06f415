import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Decision, SignoffFile } from '../../src/wire/release-files.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { type ReleaseOptions, releaseStanding, withReleaseOptions } from './release-options.ts';

const EXITS: Readonly<Record<Decision, number>> = {
  GO: EXIT.pass,
  'CONDITIONAL GO': EXIT.pass,
  'GO BUT FOR PEOPLE': EXIT.inconclusive,
  'NO-GO': EXIT.checkFailed,
  'INVALID EVIDENCE': EXIT.invalid,
};

export function register(program: Command): void {
  const signoff = withReleaseOptions(
    program
      .command('signoff')
      .description('decide: GO, GO BUT FOR PEOPLE, CONDITIONAL GO, NO-GO or INVALID EVIDENCE; writes the Go/No-Go page')
      .option('--json', 'print the record as JSON'),
  ).action(decideNow);
  signoff
    .command('verify [file]')
    .description('hold a signoff.json, or its folder (the newest), against the files that it rests on')
    .action((file: string | undefined, _, command: Command) => verify(file, command.optsWithGlobals()));
}

async function decideNow({ json, ...options }: ReleaseOptions & { json?: true }): Promise<void> {
  const { readCosts } = await import('../runs/folder/costs.ts');
  const costs = await readCosts(join(PROJECT, 'costs.json'));
  if (!costs.ok) return complain([costs.problem], EXIT.usage);
  const standing = await releaseStanding(options);
  if (!standing) return;
  const { signoffOf, signoffFolder } = await import('../release/signoff.ts');
  const { signoffPage } = await import('../report/signoff-page.ts');
  const { signoffMarkdown } = await import('../report/signoff-markdown.ts');
  const { writeWhole } = await import('../runs/folder/whole-file.ts');
  const { now, maxAgeDays } = standing;
  const signoff = await signoffOf({
    ...{ root: PROJECT, ledger: options.ledger, standing, maxAgeDays, now },
    setups: costs.costs.setups,
  });
  const folder = await signoffFolder(options.results, now);
  const content = `${JSON.stringify(signoff, null, 2)}\n`;
  const fingerprint = createHash('sha256').update(content).digest('hex');
  await writeWhole(join(folder, 'signoff.json'), content);
  await writeWhole(join(folder, 'signoff.md'), signoffMarkdown(signoff, fingerprint));
  const page = await writeWhole(join(folder, 'signoff.html'), signoffPage(signoff, fingerprint));
  process.exitCode = EXITS[signoff.decision];
  if (json) console.log(content.trimEnd());
  else
    console.log([...reasonLines(signoff), '', await decisionLine(signoff), `Page: ${relative('', page)}`].join('\n'));
}

/** Enough to begin with; the page has all. */
const MOST_REASONS = 12;

function reasonLines({ reasons }: SignoffFile): string[] {
  const more = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), ...(more > 0 ? [`… and ${more} more.`] : [])];
}

async function decisionLine(signoff: SignoffFile): Promise<string> {
  const { decisionSentence } = await import('../report/signoff-words.ts');
  return `${signoff.decision}. ${decisionSentence(signoff)}`;
}

async function verify(named: string | undefined, { results }: Pick<ReleaseOptions, 'results'>): Promise<void> {
  const { newestSignoff, readSignoff } = await import('../release/signoff.ts');
  const { changesSince } = await import('../release/fingerprints.ts');
  const path = named === undefined ? await newestSignoff(results) : fileOf(resolve(named));
  if (!path) return complain([`nobody has decided yet; \`./launchgate signoff\` does.`], EXIT.usage);
  const read = await readSignoff(path);
  if (!read.ok) return complain([`${relative('', path)} ${read.problem}.`], EXIT.usage);
  const { decision, at, evidence } = read.content;
  const changes = await changesSince(PROJECT, evidence);
  const fingerprint = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  console.log(`${relative('', path)}: ${decision}, ${at.slice(0, 10)}, SHA-256 ${fingerprint}`);
  if (changes.length > 0) return complain(changes, EXIT.invalid);
  console.log(`All ${evidence.length} files that it rests on are as they were.`);
}

/** People name the folder as often as the file in it. */
function fileOf(named: string): string {
  return statSync(named, { throwIfNoEntry: false })?.isDirectory() ? join(named, 'signoff.json') : named;
}
