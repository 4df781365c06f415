/** The dashboards as they are committed. */
import { readFile } from 'node:fs/promises';

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

export async function dashboard(name: string): Promise<Dashboard> {
  return JSON.parse(await readFile(`deploy/grafana/dashboards/${name}.json`, 'utf8')) as Dashboard;
}

/** An expression as Grafana fills it in when nothing is chosen. */
export function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$environment', '.*').replaceAll('$testid', '.*');
}
