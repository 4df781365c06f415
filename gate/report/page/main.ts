/** The script of report.html: draws what is embedded in the page. */
import { enableCopying } from './copy.ts';
import type { PageData } from './data.ts';
import { shapeCharts } from './shape-charts.ts';
import { enableThemes } from './theme.ts';
import { TimeCharts } from './time-charts.ts';

const status = document.getElementById('status')!;
const say = (text: string) => {
  status.textContent = text;
};

enableCopying(say);

const data: PageData | null = JSON.parse(document.getElementById('data')!.textContent!);
const charts = data ? [new TimeCharts(data, document.getElementById('time-bar')!, say), ...shapeCharts(data, say)] : [];
enableThemes(() => {
  for (const chart of charts) chart.render();
});
