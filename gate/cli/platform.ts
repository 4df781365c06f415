import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, several, usableSettings } from './run-options.ts';

export function register(program: Command): void {
  program
    .command('platform')
    .description('start the embedded platform and keep it running until Ctrl-C')
    .option('--port <number>', 'where it listens on 127.0.0.1; 0 takes a free one', portNumber, 0)
    .option('--setup <name>', 'free or recommended')
    .option('--switch <name=value>', 'change the setup, e.g. vectorIndex=off; repeatable', several)
    .action(async ({ port, ...options }: RunOptions & { port: number }) => {
      const { platformEnvironment } = await import('../runs/start/platform-process.ts');
      const settings = await usableSettings(settingsOf(options));
      if (!settings) return;
      const program = join(PROJECT, 'dist/node/platform.mjs');
      const child = spawn(process.execPath, [program, '--port', String(port), '--follow-stdin'], {
        cwd: PROJECT,
        env: platformEnvironment(process.env, settings),
        // Its input ends with us, however we end, and it with that. Programs read what it prints first, people don't.
        stdio: ['pipe', process.stdout.isTTY ? 'pipe' : 'inherit', 'inherit'],
        // A group of its own, so that Ctrl-C reaches it once, from here: it closes its database, and we end with its code.
        detached: true,
      });
      if (child.stdout) tellPeople(child.stdout);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
      child.on('exit', (code) => process.exit(code ?? EXIT.interrupted));
    });
}

/** The platform's first line is one of JSON: where it listens. */
async function tellPeople(output: Readable): Promise<void> {
  const lines = createInterface({ input: output });
  for await (const line of lines) {
    const { url, setup } = JSON.parse(line) as { url: string; setup: string };
    console.log(`The embedded platform listens on ${url} (setup ${setup}), until Ctrl-C.`);
    console.log(`Next, in another terminal: make chat-test PROFILE=smoke BASE_URL=${url}`);
  }
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be 0 to 65535.');
  return number;
}
