/**
 * The expressions of GitHub workflows, `${{ inputs.test || 'chat' }}`: as much of them as our workflows use, with
 * GitHub's rules for truth and equality.
 */

export type Value = string | number | boolean | null | undefined | Value[] | { [name: string]: Value };

/** What names in an expression stand for: `inputs`, `steps`, `github`, … */
export type Contexts = Record<string, Value>;

/** How the job stands, for success(), failure() and always(). */
export interface Standing {
  failed: boolean;
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(\d+(?:\.\d+)?)|([A-Za-z_][\w-]*)|(&&|\|\||==|!=|[!()[\].,]))/y;
const STATUS_FUNCTION = /\b(?:always|success|failure|cancelled)\s*\(/;

/** A text with `${{ }}` in it; one that is a single expression keeps the type of its value. */
export function interpolated(text: string, contexts: Contexts): Value {
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text.trim());
  if (whole) return evaluate(whole[1]!, contexts);
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => textOf(evaluate(expression, contexts)));
}

/** Whether a job or step with this `if` runs. Unless it asks how the job stands, nothing before it may have failed. */
export function applies(condition: string | undefined, contexts: Contexts, standing: Standing): boolean {
  if (condition === undefined) return !standing.failed;
  const expression = condition.trim().replace(/^\$\{\{(.*)\}\}$/s, '$1');
  const holds = isTrue(evaluate(expression, contexts, standing));
  return STATUS_FUNCTION.test(expression) ? holds : holds && !standing.failed;
}

/** @throws Error that shows the expression, when it can't be read */
export function evaluate(expression: string, contexts: Contexts, standing: Standing = { failed: false }): Value {
  return new Reader(expression, contexts, standing).value();
}

export function textOf(value: Value): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isTrue(value: Value): boolean {
  return value !== false && value !== 0 && value !== '' && value !== null && value !== undefined;
}

/** Texts regardless of case, everything else as numbers where the types differ. */
function equal(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  if (typeof a === typeof b) return a === b;
  return Number(a ?? 0) === Number(b ?? 0);
}

class Reader {
  readonly #expression: string;
  readonly #tokens: string[] = [];
  readonly #contexts: Contexts;
  readonly #standing: Standing;

  constructor(expression: string, contexts: Contexts, standing: Standing) {
    this.#expression = expression.trim();
    this.#contexts = contexts;
    this.#standing = standing;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < this.#expression.length) {
      const found = TOKEN.exec(this.#expression);
      if (!found) throw this.#unreadable();
      this.#tokens.push(found[0].trim());
    }
  }

  value(): Value {
    const value = this.#or();
    if (this.#tokens.length > 0) throw this.#unreadable();
    return value;
  }

  #or(): Value {
    let left = this.#and();
    while (this.#takes('||')) {
      const right = this.#and();
      left = isTrue(left) ? left : right;
    }
    return left;
  }

  #and(): Value {
    let left = this.#comparison();
    while (this.#takes('&&')) {
      const right = this.#comparison();
      left = isTrue(left) ? right : left;
    }
    return left;
  }

  #comparison(): Value {
    const left = this.#not();
    if (this.#takes('==')) return equal(left, this.#not());
    if (this.#takes('!=')) return !equal(left, this.#not());
    return left;
  }

  #not(): Value {
    return this.#takes('!') ? !isTrue(this.#not()) : this.#operand();
  }

  #operand(): Value {
    if (this.#takes('(')) {
      const value = this.#or();
      this.#expect(')');
      return value;
    }
    const token = this.#tokens.shift();
    if (token === undefined) throw this.#unreadable();
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (this.#takes('(')) return this.#call(token, this.#arguments());
    if (!(token in this.#contexts)) throw new Error(`nothing is called ${token} in \${{ ${this.#expression} }}`);
    let value = this.#contexts[token];
    for (;;) {
      if (this.#takes('.')) value = memberOf(value, this.#tokens.shift()!);
      else if (this.#takes('[')) {
        value = memberOf(value, textOf(this.#or()));
        this.#expect(']');
      } else return value;
    }
  }

  #arguments(): Value[] {
    const values: Value[] = [];
    while (!this.#takes(')')) {
      values.push(this.#or());
      if (!this.#takes(',')) {
        this.#expect(')');
        break;
      }
    }
    return values;
  }

  #call(name: string, values: Value[]): Value {
    switch (name) {
      case 'always':
        return true;
      case 'success':
        return !this.#standing.failed;
      case 'failure':
        return this.#standing.failed;
      case 'cancelled':
        return false;
      case 'format':
        return textOf(values[0]).replace(/\{(\d+)\}/g, (_, index: string) => textOf(values[Number(index) + 1]));
      case 'fromJSON':
        return JSON.parse(textOf(values[0])) as Value;
      default:
        throw new Error(`the rehearsal knows no function ${name}() as in \${{ ${this.#expression} }}`);
    }
  }

  #takes(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw this.#unreadable();
  }

  #unreadable(): Error {
    return new Error(`\${{ ${this.#expression} }} can't be read`);
  }
}

function memberOf(value: Value, name: string): Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
}
