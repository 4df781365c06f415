/** Uploading, publishing and listing as the model platform has it. */
import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { invalid, type ModelUser, type Sessions, unauthorized, videoOf } from './model-users.ts';

interface Upload {
  owner: string;
  title: string;
  state: 'uploading' | 'pending';
}

const MOST_BYTES = 2 * 1024 ** 3;
const LIMIT_BYTES = 1_000_000;

export function addVideos(app: Hono, sessions: Sessions): void {
  const uploads = new Map<string, Upload>();

  /** The creator who asks, or the refusal of whoever is none. */
  const creatorOf = (context: Context): ModelUser | Response => {
    const user = sessions.userOf(context);
    if (!user) return unauthorized(context);
    return user.role === 'student' ? context.json({ error: 'Creator account not found' }, 403) : user;
  };

  app.post('/api/video/upload-url', async (context) => {
    const creator = creatorOf(context);
    if (creator instanceof Response) return creator;
    const { contentType, fileSize, title } = await context.req.json();
    if (!title || !fileSize) return invalid(context);
    if (contentType !== 'video/mp4' || fileSize > MOST_BYTES || fileSize > LIMIT_BYTES) {
      return context.json({ error: 'UPLOAD_ERROR', message: 'No', details: {} }, 403);
    }
    const videoId = randomUUID();
    uploads.set(videoId, { owner: creator.creatorId, title, state: 'uploading' });
    const storagePath = `${creator.creatorId}/${videoId}/original.mp4`;
    const uploadUrl = `${new URL(context.req.url).origin}/storage/v1/object/upload/sign/videos/${storagePath}?token=t`;
    const storage = { used: 0, limit: LIMIT_BYTES };
    return context.json({ uploadUrl, videoId, storagePath, expiresIn: 900, storage });
  });

  app.put('/storage/v1/object/upload/sign/*', async (context) => {
    const bytes = (await context.req.arrayBuffer()).byteLength;
    const isVideo = context.req.header('content-type') === 'video/mp4';
    return isVideo && bytes > 0 ? context.json({ Key: 'k' }) : context.json({ error: 'InvalidRequest' }, 400);
  });

  app.post('/api/video/create', async (context) => {
    const creator = creatorOf(context);
    if (creator instanceof Response) return creator;
    const { videoId } = await context.req.json();
    const upload = uploads.get(videoId);
    if (upload?.owner !== creator.creatorId) return context.json({ error: 'Video not found' }, 404);
    upload.state = 'pending';
    return context.json({ success: true, video: { id: videoId, title: upload.title, processingStatus: upload.state } });
  });

  app.get('/api/video/status/:id', (context) => {
    const creator = creatorOf(context);
    if (creator instanceof Response) return creator;
    const videoId = context.req.param('id');
    const upload = uploads.get(videoId);
    if (upload?.owner !== creator.creatorId) return context.json({ error: 'Video not found' }, 404);
    const { state: status } = upload;
    return context.json({ videoId, status, progress: 0, currentStep: null, error: null, completedAt: null });
  });

  app.get('/api/video/list', (context) => {
    const creator = creatorOf(context);
    if (creator instanceof Response) return creator;
    const videos = [
      { id: videoOf(creator.creatorId), title: 'A video' },
      { id: randomUUID(), title: 'Another video' },
    ].slice(0, Number(context.req.query('limit') ?? 20));
    return context.json({ videos, total: 2, page: 1, limit: 20, hasMore: false });
  });
}
