/**
 * Canaries: secrets that are told apart from everything else, in every form in which they could be written down; and the
 * search for them.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

export interface Canary {
  readonly name: string;
  readonly value: string;
}

export interface Sighting {
  readonly canary: string;
  readonly form: string;
  /** A file, a stream of a command, or a process. */
  readonly place: string;
}

interface Written {
  readonly canary: string;
  readonly form: string;
  readonly text: string;
}

/** Shorter pieces could stand there by chance. */
const SHORTEST_PIECE = 12;

/**
 * Plain, escaped for JSON and for addresses, in base64 of a text in which it begins anywhere; and the piece of it that HTML,
 * XML, shells and Markdown leave as it is.
 */
export function formsOf({ name, value }: Canary): Written[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  const forms: [string, string][] = [
    ['plain', value],
    ['JSON', escaped],
    ['JSON in JSON', JSON.stringify(escaped).slice(1, -1)],
    ['URL', encodeURIComponent(value)],
  ];
  const unescaped = (value.match(/[\w.-]+/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  if (unescaped.length >= SHORTEST_PIECE) forms.push(['a piece', unescaped]);
  for (const text of [value, escaped]) {
    for (const before of ['', '-', '--']) {
      // What the neighbours change is left out: the first group and the last one.
      const whole = Buffer.from(before + text).toString('base64');
      const piece = whole.slice(before ? 4 : 0, -4);
      if (piece.length < SHORTEST_PIECE) continue;
      forms.push(['base64', piece], ['base64url', piece.replaceAll('+', '-').replaceAll('/', '_')]);
    }
  }
  const seen = new Set<string>();
  return forms.flatMap(([form, text]) => {
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ canary: name, form, text }];
  });
}

/** So large is only a prepared database: it was made before any password or token of a run, and there are hundreds of those. */
const MANY_BYTES = 50e6;

export class Search {
  readonly #set: Written[];
  readonly #written: Written[];
  readonly sightings: Sighting[] = [];
  /** Files, streams and processes that were looked through. */
  places = 0;

  /** @param set before anything ran @param issued by then and later */
  constructor(set: readonly Canary[], issued: readonly Canary[] = []) {
    this.#set = set.flatMap(formsOf);
    this.#written = [...this.#set, ...issued.flatMap(formsOf)];
  }

  look(place: string, content: Buffer | string, wanted: readonly Written[] = this.#written): void {
    this.places += 1;
    const text = typeof content === 'string' ? content : content.toString('latin1');
    for (const { canary, form, text: piece } of wanted) {
      if (text.includes(piece)) this.sightings.push({ canary, form, place });
    }
  }

  /** Every file below the folder, gz unpacked; k6's archives are plain tar, which is searched as it is. */
  async lookThrough(folder: string, spares: (path: string) => boolean): Promise<void> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const shown = relative(folder, path);
      if (spares(shown)) continue;
      const content = await readFile(path).catch(() => undefined);
      if (!content) continue;
      const wanted = content.length > MANY_BYTES ? this.#set : this.#written;
      this.look(shown, entry.name.endsWith('.gz') ? gunzipSync(content) : content, wanted);
    }
  }
}

/** A process that somebody saw while commands ran. */
export interface Seen {
  readonly command: string;
  readonly environ: string;
}

/** Looks at the processes that this one has started, and at theirs, until it is stopped. */
export function watchProcesses(everyMs = 50): { stop(): Promise<ReadonlyMap<string, Seen>> } {
  const seen = new Map<string, Seen>();
  let stopped = false;
  const looking = (async () => {
    while (!stopped) {
      await descendants(seen);
      await sleep(everyMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await looking;
      return seen;
    },
  };
}

async function descendants(seen: Map<string, Seen>): Promise<void> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map<string, string>();
  for (const id of ids) {
    const stat = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent) parents.set(id, parent);
  }
  const isOurs = (id: string | undefined): boolean =>
    id !== undefined && (id === String(process.pid) || isOurs(parents.get(id)));
  for (const [id, parent] of parents) {
    if (!isOurs(parent)) continue;
    const read = (what: string) => readFile(`/proc/${id}/${what}`, 'latin1').catch(() => '');
    const [command, environ] = [await read('cmdline'), await read('environ')];
    if (command) seen.set(`${id} ${command}`, { command: command.replaceAll('\0', ' ').trim(), environ });
  }
}

/** `k6`, `git`, `platform.mjs`: what a process is. */
export function programOf({ command }: Seen): string {
  const [program = '', script = ''] = command.split(' ');
  return basename(program) === 'node' ? basename(script) : basename(program);
}
