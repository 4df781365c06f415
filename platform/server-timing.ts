/** How long the parts of one request took, for its Server-Timing header. */
import { SERVER_PARTS, type ServerPart } from '../src/wire/routes.ts';

export class ServerTiming {
  private readonly ms: Partial<Record<ServerPart, number>> = {};

  /** Counts the time of `work` to the part. */
  async during<T>(part: ServerPart, work: Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work;
    } finally {
      this.add(part, performance.now() - start);
    }
  }

  add(part: ServerPart, ms: number): void {
    this.ms[part] = (this.ms[part] ?? 0) + ms;
  }

  of(part: ServerPart): number {
    return this.ms[part] ?? 0;
  }

  header(): string {
    return SERVER_PARTS.filter((part) => this.ms[part] !== undefined)
      .map((part) => `${part};dur=${this.ms[part]!.toFixed(1)}`)
      .join(', ');
  }
}
