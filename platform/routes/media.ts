/** Thumbnails and videos: through the app, or as a CDN would serve them (weak point 7). */
import type { Platform } from '../platform.ts';
import type { Endpoint } from '../route.ts';

/** Sizes that are served: what a player fetches first of a video, and a thumbnail. */
const BYTES = { thumbnails: 60_000, videos: 1_000_000 } as const;

export function mediaRoutes({ media, switches }: Platform): Endpoint[] {
  const serve = (kind: keyof typeof BYTES, contentType: string): Endpoint => {
    const bytes = Buffer.alloc(BYTES[kind], 1);
    return {
      name: `GET /media/${kind}/:file`,
      method: 'GET',
      path: `/media/${kind}/:file`,
      async handle() {
        const throughApp = switches.media === 'app';
        if (throughApp) await media.send(bytes.length);
        const headers: Record<string, string> = throughApp
          ? { 'Cache-Control': 'no-store' }
          : { 'Cache-Control': 'public, max-age=31536000, immutable', 'X-Cache': 'HIT' };
        return { status: 200, body: bytes, headers: { 'Content-Type': contentType, ...headers } };
      },
    };
  };
  return [serve('thumbnails', 'image/jpeg'), serve('videos', 'video/mp4')];
}
