import type { Command } from 'commander';
import { envExample, GROUPS, SETTINGS, type Settings, withoutKeys } from '../../src/wire/settings.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { shown, wrapped } from './wrapped.ts';

export function register(program: Command): void {
  program
    .command('settings')
    .description('show every setting, its value in force and its meaning')
    .option('--example', 'print the content of .env.example instead')
    .action(async ({ example }: { example?: true }) => {
      if (example) {
        process.stdout.write(envExample());
        return;
      }
      const { settingsInForce } = await import('../runs/start/settings-in-force.ts');
      const { settings, problems, notices } = settingsInForce({ root: PROJECT, env: process.env });
      console.log(shown(settingsLines(settings)));
      for (const notice of notices) console.error(`launchgate: ${notice}`);
      if (problems.length > 0) complain(problems, EXIT.usage);
    });
}

/** For the help of commands that settings speak of. */
export const SETTINGS_HINT = '`./launchgate settings` shows every setting, its value in force and its meaning.';

/** Names, defaults and meanings, for `--help`. @param width of a line */
export function settingsHelp(width: number): string {
  const lines = Object.entries(GROUPS).flatMap(([name, title]) => [
    '',
    `${title}:`,
    ...SETTINGS.filter(({ group }) => group === name).map((setting) => wrapped(helpLine(setting), width)),
  ]);
  return ['Settings, from the environment or .env.test (default in brackets)', ...lines].join('\n');
}

function helpLine({ name, default: value, meaning, ...rest }: (typeof SETTINGS)[number]): string {
  const standard = value && !('secret' in rest) ? ` (${value})` : '';
  return `  ${name.padEnd(NAME_WIDTH)}  ${meaning}${standard}`;
}

/** @returns a line a setting: name, value in force (never a secret's), meaning */
function settingsLines(settings: Settings): string[] {
  return SETTINGS.map(({ name, kind, meaning, ...rest }) => {
    const plain = kind === 'url' ? withoutKeys(settings[name]) : settings[name];
    const value = 'secret' in rest && settings[name] ? '(set)' : plain || '-';
    return `${name.padEnd(NAME_WIDTH)}  ${value.padEnd(VALUE_WIDTH)}  ${meaning}`;
  });
}

const NAME_WIDTH = Math.max(...SETTINGS.map(({ name }) => name.length));
const VALUE_WIDTH = 24;
