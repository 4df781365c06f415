/**
 * Supabase Storage, as far as uploads need it: bytes are counted and dropped, only their names and sizes are kept.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

export interface StoredObject {
  readonly id: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly createdAt: string;
}

/** Seconds that a signed upload is good for. */
export const UPLOAD_SECONDS = 900;

export class Storage {
  private readonly objects = new Map<string, StoredObject>();
  private readonly secret = randomBytes(32);

  /** Token for one upload to this path (bucket included). @param now Unix ms */
  sign(path: string, now = Date.now()): string {
    const expires = Math.floor(now / 1000) + UPLOAD_SECONDS;
    return `${expires}.${this.signature(path, expires)}`;
  }

  /** Whether the token was made for this path and is still good. @param now Unix ms */
  accepts(path: string, token: string, now = Date.now()): boolean {
    const [expires = '', signature = ''] = token.split('.');
    const wanted = this.signature(path, Number(expires));
    if (signature.length !== wanted.length) return false;
    return timingSafeEqual(Buffer.from(signature), Buffer.from(wanted)) && Number(expires) * 1000 > now;
  }

  put(path: string, bytes: number, contentType: string): StoredObject {
    const stored = { id: randomUUID(), bytes, contentType, createdAt: new Date().toISOString() };
    this.objects.set(path, stored);
    return stored;
  }

  get(path: string): StoredObject | undefined {
    return this.objects.get(path);
  }

  /** @returns the paths that were there */
  remove(paths: readonly string[]): string[] {
    return paths.filter((path) => this.objects.delete(path));
  }

  /** Names directly under a folder, sorted: objects, and folders without one. @param folder ends with a slash */
  list(folder: string): { name: string; object: StoredObject | undefined }[] {
    const found = new Map<string, StoredObject | undefined>();
    for (const [path, object] of this.objects) {
      if (!path.startsWith(folder)) continue;
      const rest = path.slice(folder.length);
      const slash = rest.indexOf('/');
      found.set(slash < 0 ? rest : rest.slice(0, slash), slash < 0 ? object : undefined);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, object]) => ({ name, object }));
  }

  private signature(path: string, expires: number): string {
    return createHmac('sha256', this.secret).update(`${path} ${expires}`).digest('base64url');
  }
}
