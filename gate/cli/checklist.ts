import type { Command } from 'commander';
import { type ReleaseOptions, releaseStanding, withReleaseOptions } from './release-options.ts';
import { shown } from './wrapped.ts';

interface ChecklistOptions extends ReleaseOptions {
  open?: true;
  json?: true;
}

export function register(program: Command): void {
  withReleaseOptions(
    program
      .command('checklist')
      .description('show how every line of checklist.yaml stands, what is behind it, and what to run next')
      .option('--open', 'only lines that do not pass yet')
      .option('--json', 'print the states as JSON'),
  ).action(show);
}

async function show({ open, json, ...options }: ChecklistOptions): Promise<void> {
  const standing = await releaseStanding(options);
  if (!standing) return;
  const { blocks } = await import('../release/line-states.ts');
  const { subjectText } = await import('../release/subject.ts');
  const { checklistLines, countsLine, nextLines } = await import('./checklist-lines.ts');
  const { states, gathered, now, maxAgeDays } = standing;
  const listed = open ? states.filter(({ state }) => blocks(state)) : states;
  if (json) return console.log(JSON.stringify({ schema: 1, ...gathered.subject, lines: listed }, null, 2));
  for (const problem of gathered.ledger.problems) console.error(`launchgate: ${problem}`);
  const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
  console.log(
    shown([
      `${subjectText(gathered.subject)}, evidence of the last ${maxAgeDays} days`,
      '',
      ...(listed.length > 0 ? checklistLines(listed, now, coloured) : ['Everything passes.']),
      '',
      countsLine(states),
      ...nextLines(states),
      'Next: ./launchgate signoff decides, and writes the Go/No-Go page',
    ]),
  );
}
