/** Supabase Storage: signed uploads, and what the service role lists and removes. */
import type { IncomingMessage } from 'node:http';
import type { Reply } from '../call.ts';
import type { Platform } from '../platform.ts';
import type { Endpoint } from '../route.ts';
import { isServiceRole, keyProblem } from './keys.ts';

const SIGN_PATH = '/storage/v1/object/upload/sign/';

export function storageRoutes(platform: Platform): Endpoint[] {
  const { storage } = platform;

  /** The bytes are counted as they come and dropped. */
  async function upload(request: Request, incoming: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname.slice(SIGN_PATH.length));
    let bytes = 0;
    for await (const part of incoming) bytes += (part as Buffer).length;
    if (!storage.accepts(path, url.searchParams.get('token') ?? ''))
      return storageError(400, 'InvalidJWT', 'jwt expired or malformed');
    const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
    const { id } = storage.put(path, bytes, contentType);
    return { status: 200, body: { Id: id, Key: path } };
  }

  async function sign(request: Request): Promise<Reply> {
    const path = decodeURIComponent(new URL(request.url).pathname.slice(SIGN_PATH.length));
    const url = `/object/upload/sign/${path}?token=${storage.sign(path)}`;
    return { status: 200, body: { url, token: storage.sign(path) } };
  }

  async function list(request: Request, bucket: string): Promise<Reply> {
    const {
      prefix = '',
      limit = 100,
      offset = 0,
    } = await jsonOf<{ prefix?: string; limit?: number; offset?: number }>(request);
    const folder = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
    const entries = storage.list(`${bucket}/${folder}`).slice(offset, offset + limit);
    const body = entries.map(({ name, object }) => ({
      name,
      id: object?.id ?? null,
      created_at: object?.createdAt ?? null,
      updated_at: object?.createdAt ?? null,
      last_accessed_at: object?.createdAt ?? null,
      metadata: object ? { size: object.bytes, mimetype: object.contentType } : null,
    }));
    return { status: 200, body };
  }

  async function remove(request: Request, bucket: string): Promise<Reply> {
    const { prefixes = [] } = await jsonOf<{ prefixes?: string[] }>(request);
    const removed = storage.remove(prefixes.map((path) => `${bucket}/${path}`));
    const body = removed.map((path) => ({ name: path.slice(bucket.length + 1), bucket_id: bucket }));
    return { status: 200, body };
  }

  const serviceRoute = (
    method: Endpoint['method'],
    path: string,
    handle: (request: Request, bucket: string) => Promise<Reply>,
  ): Endpoint => ({
    name: `${method} ${path}`,
    method,
    path,
    handle: (request, params) => {
      const problem = keyProblem(platform, request);
      if (problem) return problem;
      if (!isServiceRole(platform, request))
        return storageError(403, 'Unauthorized', 'new row violates row-level security policy');
      return handle(request, params.bucket ?? '');
    },
  });

  return [
    {
      name: 'PUT /storage/v1/object/upload/sign',
      method: 'PUT',
      path: `${SIGN_PATH}:bucket/*`,
      handle: (request, _params, incoming) => upload(request, incoming),
    },
    serviceRoute('POST', `${SIGN_PATH}:bucket/*`, sign),
    serviceRoute('POST', '/storage/v1/object/list/:bucket', list),
    serviceRoute('DELETE', '/storage/v1/object/:bucket', remove),
  ];
}

function storageError(status: number, error: string, message: string): Reply {
  return { status, body: { statusCode: String(status), error, message } };
}

async function jsonOf<T>(request: Request): Promise<Partial<T>> {
  return (await request.json().catch(() => ({}))) as Partial<T>;
}
