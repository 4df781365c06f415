import type { Command } from 'commander';
import { TEST_NAMES } from '../../src/workloads.ts';
import type { RunRequest } from '../runs/run.ts';
import { complain } from './complain.ts';
import { EXIT } from './exit-codes.ts';
import { interruption } from './interruption.ts';
import { PROJECT } from './project.ts';
import { type RunOptions, settingsOf, usableSettings, withLoadOptions } from './run-options.ts';

export function register(program: Command): void {
  const command = program
    .command('observe')
    .description('run a test under the eyes of a local Prometheus with the alert rules; it stays until Ctrl-C')
    .argument('[test]', 'which one, see `./launchgate list`', 'chat')
    .option('--once', 'end with the test');
  withLoadOptions(command).action(async (test: string, { once, ...options }: RunOptions & { once?: true }) => {
    const settings = await usableSettings(settingsOf(options));
    if (!settings) return;
    if (!TEST_NAMES.some((name) => name === test)) {
      return complain([`there is no test "${test}"; there are ${TEST_NAMES.join(', ')}.`], EXIT.usage);
    }
    if (settings.GENERATORS !== '1') {
      return complain(['Several generators would write the same series: observe takes one.'], EXIT.usage);
    }
    const { findPrometheus, startPrometheus } = await import('../observe/local-prometheus.ts');
    const binary = findPrometheus(process.env.PATH ?? '');
    if (!binary) {
      return complain(['No prometheus on PATH: install it (Debian: apt-get install prometheus).'], EXIT.usage);
    }
    const { alertRules, RUNBOOKS } = await import('../observe/alert-rules.ts');
    const { observedRun } = await import('../observe/observed-run.ts');
    const { terminalScreen } = await import('./terminal.ts');
    const { showEnd } = await import('./run-end.ts');
    const { alertsTable, placesToLook } = await import('./alerts-table.ts');

    const screen = terminalScreen(process.stderr, process.env);
    const signal = interruption();
    const started = await startPrometheus(binary, alertRules(RUNBOOKS));
    if (!started.ok) return complain([started.problem], EXIT.ours);
    const { prometheus } = started;
    try {
      for (const line of placesToLook(prometheus.url)) screen.line(line);
      const request: RunRequest = { root: PROJECT, test, settings, env: process.env, k6Args: [], screen, signal };
      const { result, alerts } = await observedRun(request, prometheus, `${test}-${settings.PROFILE}`);
      process.exitCode = await showEnd(result);
      if (alerts) console.log(['', ...alertsTable(alerts.histories, alerts.span)].join('\n'));
      if (once || result.kind === 'stopped' || signal.aborted) return;
      screen.line(`Prometheus stays at ${prometheus.url} until Ctrl-C.`);
      await new Promise((ended) => signal.addEventListener('abort', ended));
    } finally {
      await prometheus.stop();
    }
  });
}
