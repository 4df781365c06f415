import { type FileHandle, open } from 'node:fs/promises';

/** Whoever comes late to a long file wants its end, and the first line, which says what the columns are. */
const LATE_BYTES = 8 * 1_024 * 1_024;

/** Reads the lines that were added to a growing file, which may not be there yet. */
export class Tail {
  #file: FileHandle | undefined;
  #position = 0;
  /** The begin of a line that is still being written. */
  #rest = '';
  readonly #decoder = new TextDecoder();
  readonly #buffer = Buffer.alloc(256 * 1_024);
  readonly #path: string;
  readonly #each: (line: string) => void;

  constructor(path: string, each: (line: string) => void) {
    this.#path = path;
    this.#each = each;
  }

  async read(): Promise<void> {
    this.#file ??= await open(this.#path).catch(() => undefined);
    if (!this.#file) return;
    if (this.#position === 0) await this.#skip(this.#file);
    while (await this.#readOn(this.#file));
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #skip(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size <= LATE_BYTES) return;
    await this.#readOn(file);
    this.#position = size - LATE_BYTES;
    // What is cut off at both sides of the gap makes no line together.
    this.#rest = 'left out ';
  }

  async #readOn(file: FileHandle): Promise<boolean> {
    const { bytesRead } = await file.read(this.#buffer, 0, this.#buffer.length, this.#position);
    this.#position += bytesRead;
    const lines = (this.#rest + this.#decoder.decode(this.#buffer.subarray(0, bytesRead), { stream: true })).split(
      '\n',
    );
    this.#rest = lines.pop()!;
    for (const line of lines) this.#each(line);
    return bytesRead > 0;
  }
}
