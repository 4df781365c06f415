import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';

export function register(program: Command): void {
  program
    .command('alerts')
    .description("print the alert rules for Prometheus, or write them and Grafana's dashboards into a folder")
    .option('--out <folder>', 'write prometheus/alerts.yml and grafana/dashboards/*.json there instead')
    .option('--runbooks <url>', 'where your team reads docs/monitoring.md; each alert links to its heading there')
    .action(async ({ out, runbooks }: { out?: string; runbooks?: string }) => {
      const { alertRules, RUNBOOKS } = await import('../observe/alert-rules.ts');
      const { k6Dashboard, platformDashboard } = await import('../observe/dashboards.ts');
      const rules = alertRules(runbooks ?? RUNBOOKS);
      if (out === undefined) {
        process.stdout.write(rules);
        return;
      }
      const files = {
        'prometheus/alerts.yml': rules,
        'grafana/dashboards/platform.json': platformDashboard(),
        'grafana/dashboards/k6.json': k6Dashboard(),
      };
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(out, path)), { recursive: true });
        await writeFile(join(out, path), content);
        console.log(join(out, path));
      }
    });
}
