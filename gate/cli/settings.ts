import type { Command } from 'commander';
import { envExample, SETTINGS, type Settings, withoutKeys } from '../../src/wire/settings.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';

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
      for (const line of settingsLines(settings)) console.log(line);
      for (const notice of notices) console.error(`launchgate: ${notice}`);
      if (problems.length > 0) complain(problems, EXIT.usage);
    });
}

/** Names, defaults and meanings, for `--help`. */
export function settingsHelp(): string {
  const lines = SETTINGS.map(({ name, default: value, meaning, ...rest }) => {
    const shown = value && !('secret' in rest) ? ` (${value})` : '';
    return `  ${name.padEnd(NAME_WIDTH)}  ${meaning}${shown}`;
  });
  return ['Settings, from the environment or .env.test (default in brackets):', ...lines].join('\n');
}

/** @returns a line a setting: name, value in force (never a secret's), meaning */
export function settingsLines(settings: Settings): string[] {
  return SETTINGS.map(({ name, kind, meaning, ...rest }) => {
    const plain = kind === 'url' ? withoutKeys(settings[name]) : settings[name];
    const value = 'secret' in rest && settings[name] ? '(set)' : plain || '-';
    return `${name.padEnd(NAME_WIDTH)}  ${value.padEnd(VALUE_WIDTH)}  ${meaning}`;
  });
}

const NAME_WIDTH = Math.max(...SETTINGS.map(({ name }) => name.length));
const VALUE_WIDTH = 24;
