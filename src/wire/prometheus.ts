/**
 * Prometheus' text format (version 0.0.4), as exporters answer it. Strict where it matters: one line that is no metric
 * makes the whole page unusable, as it does for Prometheus itself.
 */

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and infinities as the exporter gave them. */
  readonly value: number;
  /** Unix ms, where the exporter gave a time of its own. */
  readonly timestampMs: number | undefined;
}

export type ParsedMetrics =
  | { readonly ok: true; readonly samples: MetricSample[] }
  | { readonly ok: false; readonly problem: string };

// A label's value may hold anything, line breaks of other systems too; only \n ends a line.
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?\d+))?[ \t]*$/s;
const LABEL = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/sy;
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;
const NAME_START = /^[a-zA-Z_:]/;

/**
 * Reads a page.
 * @param isWanted by metric name; lines of other metrics are passed over unread, since pages of exporters run to megabytes
 * @returns the samples, or one line that says what the page has instead of metrics
 */
export function parsePrometheus(text: string, isWanted: (name: string) => boolean = () => true): ParsedMetrics {
  const samples: MetricSample[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (trimmed.startsWith('<')) return { ok: false, problem: 'HTML instead of metrics' };
    if (NAME_START.test(trimmed) && !isWanted(nameOf(trimmed))) continue;
    const sample = sampleOf(trimmed);
    if (!sample) {
      return { ok: false, problem: `line ${number} is no metric: ${JSON.stringify(trimmed.slice(0, 60))}` };
    }
    samples.push(sample);
  }
  return { ok: true, samples };
}

function nameOf(line: string): string {
  const end = line.search(/[^\w:]/);
  return end < 0 ? line : line.slice(0, end);
}

function sampleOf(line: string): MetricSample | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, name, labelText, valueText, timestamp] = match;
  const labels = labelsOf(labelText?.trim() ?? '');
  if (!labels || !NUMBER.test(valueText!)) return undefined;
  return {
    name: name!,
    labels,
    value: numberOf(valueText!),
    timestampMs: timestamp === undefined ? undefined : Number(timestamp),
  };
}

/** `a="1",b="2"` with an optional comma at the end; undefined when it is anything else. */
function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (!match) return undefined;
    labels[match[1]!] = unescaped(match[2]!);
  }
  return labels;
}

function unescaped(value: string): string {
  return value.includes('\\')
    ? value.replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character))
    : value;
}

/** Go's spelling of numbers: infinities and NaN in any case. */
function numberOf(text: string): number {
  if (/nan$/i.test(text)) return Number.NaN;
  if (/inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
