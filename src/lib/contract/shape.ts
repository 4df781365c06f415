/**
 * What a body looks like, said as data: `{ data: { content: 'text', video_references: [{ video_id: 'text' }] } }`.
 * Fields beyond the shape are nobody's business. Pure.
 */

/** present: anything, null too; text: not blank; string: may be empty; count: a whole number of 0 or more; ratio: 0..1; time: ISO 8601. */
const KINDS = {
  present: (value) => value !== undefined,
  text: (value) => typeof value === 'string' && value.trim() !== '',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  ratio: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  boolean: (value) => typeof value === 'boolean',
  true: (value) => value === true,
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  list: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
} satisfies Record<string, (value: unknown) => boolean>;

type Kind = keyof typeof KINDS;

/** A kind, one of some words (`=pending|failed`), either of them or null (`text?`), a list of one shape, or an object. */
export type Shape = Kind | `${Kind}?` | `=${string}` | readonly [Shape] | { readonly [field: string]: Shape };

export interface Mismatch {
  /** `data.messages[0].role`; `body` for the whole. */
  readonly path: string;
  readonly wanted: string;
  /** What is there instead, never its content: bodies hold secrets. */
  readonly got: string;
}

/** Every place where the value isn't of the shape. */
export function mismatches(value: unknown, shape: Shape, path = ''): Mismatch[] {
  if (typeof shape === 'string') return isOf(value, shape) ? [] : [mismatch(path, shape, value)];
  if (isList(shape)) {
    if (!Array.isArray(value)) return [mismatch(path, 'list', value)];
    // One bad element says it all: the others would only repeat it.
    return value.map((element, index) => mismatches(element, shape[0], `${path}[${index}]`)).find(isFilled) ?? [];
  }
  if (!KINDS.object(value)) return [mismatch(path, 'object', value)];
  return Object.entries(shape).flatMap(([field, inner]) =>
    mismatches((value as Record<string, unknown>)[field], inner, path ? `${path}.${field}` : field),
  );
}

function isOf(value: unknown, name: string): boolean {
  if (name.endsWith('?')) return value === null || isOf(value, name.slice(0, -1));
  if (name.startsWith('=')) return typeof value === 'string' && name.slice(1).split('|').includes(value);
  return KINDS[name as Kind](value);
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isFilled(list: unknown[]): boolean {
  return list.length > 0;
}

function mismatch(path: string, shape: string, value: unknown): Mismatch {
  const wanted = shape.replace(/^=/, '').replaceAll('|', ' or ').replace('?', ' or null');
  return { path: path || 'body', wanted, got: kindOf(value) };
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return value.trim() === '' ? 'empty text' : 'text';
  return typeof value === 'object' && value !== null ? 'object' : String(value);
}
