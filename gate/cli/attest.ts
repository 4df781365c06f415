import { relative } from 'node:path';
import type { Command } from 'commander';
import { ANSWERS, type Answer } from '../../src/wire/release-files.ts';
import type { Standing } from '../release/standing.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { type ReleaseOptions, releaseStanding, withReleaseOptions } from './release-options.ts';

interface AttestOptions extends ReleaseOptions {
  by: string;
  note: string;
  answer: string;
  renew?: true;
}

export function register(program: Command): void {
  withReleaseOptions(
    program
      .command('attest <ids...>')
      .description('answer lines of the checklist that only a person can; kept in attestations.jsonl, to be committed')
      .requiredOption('--by <name>', 'who answers')
      .option('--note <text>', 'what the answer rests on', '')
      .option('--answer <answer>', 'yes, no, or not-yet', 'yes')
      .option('--renew', 'answer again what was answered the same way before'),
  ).action(attest);
}

async function attest(ids: string[], { by, note, answer, renew, ...options }: AttestOptions): Promise<void> {
  const given = ANSWERS.find((each) => each === answer);
  if (!given) return complain([`--answer takes ${ANSWERS.join(', ')}, not "${answer}".`], EXIT.usage);
  if (by.trim() === '') return complain(['--by takes the name of the person who answers.'], EXIT.usage);
  const standing = await releaseStanding(options);
  if (!standing) return;
  const { ledger, subject } = standing.gathered;
  const unsure = ledger.problems.map((problem) => `${problem} Take that back before anybody answers.`);
  const problems = [...unsure, ...ids.flatMap((id) => refusals(id, given, standing, renew === true))];
  if (problems.length > 0) return complain(problems, EXIT.usage);
  const { appendToLedger } = await import('../release/ledger.ts');
  const at = standing.now.toISOString();
  const entries = [...new Set(ids)].map((line) => {
    return { kind: 'answer', line, answer: given, by: by.trim(), at, note: note.trim(), ...subject } as const;
  });
  await appendToLedger(options.ledger, entries);
  console.log(`${entries.map(({ line }) => line).join(', ')}: ${given}, by ${by.trim()}.`);
  console.log(`Next: commit ${relative('', options.ledger)}.`);
}

/** Why a line can't be answered, one sentence; nothing when it can. */
function refusals(id: string, answer: Answer, { lines, states, gathered }: Standing, renew: boolean): string[] {
  const line = lines.find((each) => each.id === id);
  const standing = states.find((each) => each.id === id);
  if (!line || !standing) return [`checklist.yaml has no line "${id}"; \`./launchgate checklist\` lists them.`];
  if (line.kind === 'measured') {
    return [`${id} is measured: nobody can answer it, only \`${line.command}\`; \`./launchgate waive\` takes a risk.`];
  }
  const last = gathered.ledger.entries.findLast((entry) => entry.line === id && entry.kind === 'answer');
  if (line.evidence && standing.state !== 'waiting for a person' && !last) {
    const by = line.kind === 'audited' ? 'audit' : standing.source;
    return [`${id} is ${standing.state} by ${by}; a person answers only what could not be seen.`];
  }
  const repeats = last?.kind === 'answer' && last.answer === answer && standing.source === last.by;
  if (!repeats || renew || standing.state === 'stale') return [];
  return [`${id} was answered ${answer} by ${last.by} on ${last.at.slice(0, 10)}; --renew answers it again.`];
}
