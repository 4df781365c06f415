import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';

export function platformCommand(program: Command): void {
  program
    .command('platform')
    .description('start the embedded platform and keep it running until Ctrl-C')
    .option('--port <number>', 'where it listens on 127.0.0.1; 0 takes a free one', port, 0)
    .option('--setup <name>', 'free or recommended')
    .option('--switch <name=value>', 'change the setup, e.g. vectorIndex=off; may be repeated', several)
    .action(async (options: { port: number; setup?: string; switch?: string[] }) => {
      const { settingsInForce } = await import('../runs/settings-in-force.ts');
      const flags = { SETUP: options.setup, PLATFORM_SWITCHES: options.switch?.join(',') };
      const { settings, problems } = settingsInForce({ root: PROJECT, env: process.env, flags });
      if (problems.length > 0) return complain(problems, EXIT.usage);
      const program = join(PROJECT, 'dist/node/platform.mjs');
      const child = spawn(process.execPath, [program, '--port', String(options.port)], {
        env: { ...process.env, ...settings },
        stdio: 'inherit',
      });
      // Ctrl-C reaches both of us; the platform closes its database, and then we end with its code.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
      child.on('exit', (code) => process.exit(code ?? EXIT.interrupted));
    });
}

/** Gathers a repeatable option. */
export function several(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be 0 to 65535.');
  return number;
}
