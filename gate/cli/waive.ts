import { relative } from 'node:path';
import type { Command } from 'commander';
import type { Standing } from '../release/standing.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { type ReleaseOptions, releaseStanding, withReleaseOptions } from './release-options.ts';

interface WaiveOptions extends ReleaseOptions {
  by: string;
  why: string;
  until: string;
}

export function register(program: Command): void {
  withReleaseOptions(
    program
      .command('waive <ids...>')
      .description('take it upon yourself that lines do not pass, until a day; kept in attestations.jsonl')
      .requiredOption('--by <name>', 'who takes it upon himself')
      .requiredOption('--why <text>', 'why it can wait')
      .requiredOption('--until <date>', 'last day that it holds, YYYY-MM-DD'),
  ).action(waive);
}

async function waive(ids: string[], { by, why, until, ...options }: WaiveOptions): Promise<void> {
  const standing = await releaseStanding(options);
  if (!standing) return;
  const { ledger, subject } = standing.gathered;
  const today = standing.now.toISOString().slice(0, 10);
  const problems = [
    ...ledger.problems,
    ...(by.trim() && why.trim() ? [] : ['--by and --why take a name and a reason.']),
    ...(isDate(until) ? [] : [`--until takes a day as YYYY-MM-DD, not "${until}".`]),
    ...(isDate(until) && until < today ? [`--until ${until} is over.`] : []),
    ...ids.flatMap((id) => unknown(id, standing)),
  ];
  if (problems.length > 0) return complain(problems, EXIT.usage);
  const { appendToLedger } = await import('../release/ledger.ts');
  const at = standing.now.toISOString();
  const entries = [...new Set(ids)].map((line) => {
    return { kind: 'waiver', line, by: by.trim(), at, note: why.trim(), until, ...subject } as const;
  });
  await appendToLedger(options.ledger, entries);
  console.log(`${entries.map(({ line }) => line).join(', ')}: waived by ${by.trim()} until ${until}.`);
  console.log(`Next: commit ${relative('', options.ledger)}.`);
}

function unknown(id: string, { lines }: Standing): string[] {
  return lines.some((line) => line.id === id) ? [] : [`checklist.yaml has no line "${id}".`];
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
