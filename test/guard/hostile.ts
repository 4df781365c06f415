/** A target whose every answer is an attack on whoever reads it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answerer } from './fake-target.ts';

/** What each reader would take for something else than text. */
export const ATTACKS = {
  page: '</script><script>document.title="owned"</script><img src=http://127.0.0.2:9/x onerror=alert(1)>&"\'',
  terminal: '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b2J\rback\b\b\b',
  direction: '\u202egpj.exe\u2066\u200b',
  table: '| cell | cell \n| next row |',
  sheet: "=cmd|'/C calc'!A0",
  nothing: '\u0000',
} as const;

export const HOSTILE = Object.values(ATTACKS).join(' ');
/** Longer than any line that somebody reads. */
const LONG = HOSTILE + 'x'.repeat(20_000);

/** Header values can't hold control characters of ASCII; Latin-1 has a few of its own. */
const HEADER = `${ATTACKS.page} ${ATTACKS.sheet} \u009b2J ${'y'.repeat(2_000)}`;

const METRICS = [
  '# TYPE platform_db_connections gauge',
  `platform_db_connections{pool="${HOSTILE.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"} 1`,
  `<script>alert(1)</script> ${ATTACKS.terminal}`,
  '',
].join('\n');

/** @param healthy whether it lets a run begin */
export function hostile(healthy: boolean): Answerer {
  return ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    const isHealth = url.startsWith('/api/health');
    const isMetrics = url.startsWith('/metrics');
    response.writeHead(isMetrics || (isHealth && healthy) ? 200 : 500, {
      'content-type': 'application/json',
      'server-timing': `${ATTACKS.sheet};dur=1, <script>;dur=2, db;dur=3`,
      'x-revision': HEADER,
      location: HEADER,
    });
    if (isMetrics) response.end(METRICS);
    else if (isHealth) response.end(JSON.stringify({ status: healthy ? 'healthy' : LONG, revision: HOSTILE }));
    else
      response.end(
        JSON.stringify({ error: LONG, code: LONG, error_code: LONG, msg: LONG, message: LONG, status: LONG }),
      );
    return true;
  };
}

/** Characters that a terminal would act upon, and those that turn the direction of writing; line feeds are ours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
