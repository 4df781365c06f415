/** HTML that is safe by default: whatever is put into the template is escaped, unless it is markup already. */

/** Markup that went through `html`. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template literal whose values are escaped for text and for quoted attributes; lists are put together. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, piece, index) => text + rendered(parts[index - 1]) + piece));
}

/** Text that can stand in a script element of any type: it can't end the element, nor break a line of JavaScript. */
export function scriptJson(value: unknown): Html {
  const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  const json = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return escapes[character] ?? `\\u${character.charCodeAt(0).toString(16)}`;
  });
  return new Html(json);
}

/** Characters that turn the direction of all that follows, on the page as well. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text with the characters escaped that HTML and XML give a meaning. */
export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const spelt = text.replace(TURNING, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
  return spelt.replace(/[&<>"']/g, (character) => entities[character]!);
}

function rendered(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escaped(part);
  return typeof part === 'number' ? String(part) : part.map(rendered).join('');
}
