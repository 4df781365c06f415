/**
 * PostgREST's query language, as far as supabase-js needs it to seed, count and clean: from a URL to SQL.
 */
import type { Statement } from '../db/database.ts';

/** Column name -> type, of one table. */
export type Columns = ReadonlyMap<string, string>;

/** PostgREST's refusal. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Supabase gives at most so many rows at a time. */
const MOST_ROWS = 1000;

/** Parameters that are no column's filter. */
const RESERVED = new Set(['select', 'order', 'limit', 'offset', 'on_conflict', 'columns', 'apikey']);

const COMPARISONS: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
};

const IS: Readonly<Record<string, string>> = { null: 'null', true: 'true', false: 'false', unknown: 'unknown' };

/** Builds the statements of one request on one table. */
export class TableQuery {
  private readonly table: string;
  private readonly columns: Columns;
  private readonly parameters: URLSearchParams;
  private readonly values: string[] = [];

  constructor(table: string, columns: Columns, parameters: URLSearchParams) {
    this.table = table;
    this.columns = columns;
    this.parameters = parameters;
  }

  select(): Statement {
    const where = this.where();
    return this.statement(`select ${this.selected()} from ${this.table}${where}${this.order()}${this.page()}`);
  }

  count(): Statement {
    return this.statement(`select count(*) as count from ${this.table}${this.where()}`);
  }

  /** @param resolution what to do with rows that are there already */
  insert(rows: readonly object[], resolution: 'merge' | 'ignore' | undefined): Statement {
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const columns = names.map((name) => this.column(name));
    if (columns.length === 0) throw new RestError(400, 'PGRST102', 'Empty or invalid json');
    const list = columns.join(', ');
    const source = `select ${list} from json_populate_recordset(null::${this.table}, ${this.value(JSON.stringify(rows))}::json)`;
    const conflict = resolution ? this.onConflict(resolution, columns) : '';
    return this.statement(`insert into ${this.table} (${list}) ${source}${conflict} returning ${this.selected()}`);
  }

  update(row: object): Statement {
    const columns = Object.keys(row).map((name) => this.column(name));
    if (columns.length === 0) throw new RestError(400, 'PGRST102', 'Empty or invalid json');
    const source = `json_populate_record(null::${this.table}, ${this.value(JSON.stringify(row))}::json) as source`;
    const set = columns.map((column) => `${column} = source.${column}`).join(', ');
    return this.statement(
      `update ${this.table} set ${set} from ${source}${this.requiredWhere('UPDATE')} returning ${this.selected(`${this.table}.`)}`,
    );
  }

  delete(): Statement {
    return this.statement(`delete from ${this.table}${this.requiredWhere('DELETE')} returning ${this.selected()}`);
  }

  get offset(): number {
    return this.number('offset') ?? 0;
  }

  private statement(text: string): Statement {
    return { text, values: this.values, once: true };
  }

  private value(text: string): string {
    this.values.push(text);
    return `$${this.values.length}`;
  }

  /** The column, quoted. @throws RestError in PostgREST's words when the table has none of that name */
  private column(name: string): string {
    if (!this.columns.has(name)) {
      const message = `Could not find the '${name}' column of '${this.table}' in the schema cache`;
      throw new RestError(400, 'PGRST204', message);
    }
    return `"${name}"`;
  }

  private selected(prefix = ''): string {
    const text = this.parameters.get('select') ?? '*';
    const names = text.split(',').map((name) => name.trim().replaceAll('"', ''));
    if (names.includes('*')) return `${prefix}*`;
    return names.map((name) => `${prefix}${this.column(name)}`).join(', ');
  }

  private where(): string {
    const conditions = [...this.parameters]
      .filter(([name]) => !RESERVED.has(name))
      .map(([name, filter]) => this.condition(name, filter));
    return conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  }

  /** As Supabase's safeupdate has it: nobody changes a whole table by leaving out a filter. */
  private requiredWhere(command: string): string {
    const where = this.where();
    if (where === '') throw new RestError(400, '21000', `${command} requires a WHERE clause`);
    return where;
  }

  private condition(name: string, filter: string): string {
    const column = `${this.table}.${this.column(name)}`;
    const negated = filter.startsWith('not.');
    const rest = negated ? filter.slice('not.'.length) : filter;
    const dot = rest.indexOf('.');
    const operator = rest.slice(0, dot);
    const operand = rest.slice(dot + 1);
    const condition = this.comparison(name, column, operator, operand);
    return negated ? `not (${condition})` : condition;
  }

  private comparison(name: string, column: string, operator: string, operand: string): string {
    const type = this.columns.get(name)!;
    if (operator === 'is' && Object.hasOwn(IS, operand)) return `${column} is ${IS[operand]}`;
    if (operator === 'in') return `${column} = any (${this.value(arrayLiteral(operand))}::${type}[])`;
    const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
    if (!comparison) throw new RestError(400, 'PGRST100', `failed to parse filter (${operator}.${operand})`);
    if (operator.endsWith('like')) return `${column}::text ${comparison} ${this.value(operand.replaceAll('*', '%'))}`;
    return `${column} ${comparison} ${this.value(operand)}::${type}`;
  }

  private order(): string {
    const text = this.parameters.get('order');
    if (!text) return '';
    const terms = text.split(',').map((term) => {
      const [name = '', ...words] = term.split('.');
      const direction = words.includes('desc') ? ' desc' : '';
      const nulls = words.includes('nullsfirst') ? ' nulls first' : words.includes('nullslast') ? ' nulls last' : '';
      return `${this.column(name)}${direction}${nulls}`;
    });
    return ` order by ${terms.join(', ')}`;
  }

  private page(): string {
    return ` limit ${Math.min(this.number('limit') ?? MOST_ROWS, MOST_ROWS)} offset ${this.offset}`;
  }

  private number(name: string): number | undefined {
    const text = this.parameters.get(name);
    if (text === null) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw new RestError(400, 'PGRST100', `failed to parse ${name} (${text})`);
    return Number(text);
  }

  private onConflict(resolution: 'merge' | 'ignore', columns: readonly string[]): string {
    const named = this.parameters.get('on_conflict');
    const target = (named ?? 'id').split(',').map((name) => this.column(name.trim()));
    const set = columns.filter((column) => !target.includes(column)).map((column) => `${column} = excluded.${column}`);
    const action = resolution === 'ignore' || set.length === 0 ? 'do nothing' : `do update set ${set.join(', ')}`;
    return ` on conflict (${target.join(', ')}) ${action}`;
  }
}

/** PostgREST's `(a,"b,c")` as Postgres' `{"a","b,c"}`. */
function arrayLiteral(operand: string): string {
  const items = operand.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  const quoted = items.map((item) => (item.startsWith('"') ? item : `"${item.replace(/[\\"]/g, '\\$&')}"`));
  return `{${quoted.join(',')}}`;
}
