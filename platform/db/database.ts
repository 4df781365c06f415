/**
 * What the platform asks of its Postgres, whichever engine it is: statements with parameters, several in one round trip.
 */

/** A parameter as it goes over the wire: text, or bytes in the type's own binary format. */
export type Parameter = string | Uint8Array | null;

export interface Statement {
  readonly text: string;
  readonly values: readonly Parameter[];
  /** Written for one call only: not worth keeping prepared. */
  readonly once?: true;
}

export type Row = Record<string, unknown>;

export interface Result<T = Row> {
  readonly rows: T[];
  /** Rows that were returned or changed. */
  readonly count: number;
}

export interface Database {
  /**
   * Runs the statements in order as one transaction.
   * @throws DatabaseError when one fails; then none of them has had an effect
   */
  run(statements: readonly Statement[]): Promise<Result[]>;
  close(): Promise<void>;
}

/** An error of Postgres, with its SQLSTATE. */
export class DatabaseError extends Error {
  readonly code: string;
  readonly detail: string | undefined;

  constructor(message: string, code: string, detail?: string) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** A statement with its parameters: sql`select … where id = ${id}`. Arrays of texts and numbers become Postgres arrays. */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Statement {
  return { text: statementText(strings), values: values.map(parameter) };
}

const texts = new WeakMap<TemplateStringsArray, string>();

function statementText(strings: TemplateStringsArray): string {
  let text = texts.get(strings);
  if (text === undefined) {
    text = strings.reduce((before, part, index) => `${before}$${index}${part}`);
    texts.set(strings, text);
  }
  return text;
}

/** A value of JavaScript as Postgres reads it from text. Objects become JSON. */
export function parameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null)) return arrayText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function arrayText(items: readonly unknown[]): string {
  const quoted = items.map((item) =>
    item === null || item === undefined ? 'NULL' : `"${String(item).replace(/[\\"]/g, '\\$&')}"`,
  );
  return `{${quoted.join(',')}}`;
}

/** A column's text as a value of JavaScript; both engines use it, so that both give the same. @param type its oid */
export function columnValue(type: number, text: string): unknown {
  switch (type) {
    case 16: // bool
      return text === 't';
    case 20: // int8
    case 21: // int2
    case 23: // int4
    case 700: // float4
    case 701: // float8
    case 1700: // numeric
      return Number(text);
    case 114: // json
    case 3802: // jsonb
      return JSON.parse(text);
    case 1184: // timestamptz
      return new Date(text).toISOString();
    case 1009: // text[]
    case 1015: // varchar[]
    case 2951: // uuid[]
      return arrayItems(text);
    default:
      return text;
  }
}

function arrayItems(text: string): (string | null)[] {
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return items.map((item) => {
    if (item === 'NULL') return null;
    return item.startsWith('"') ? item.slice(1, -1).replace(/\\(.)/g, '$1') : item;
  });
}
