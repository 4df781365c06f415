/** Uploading videos, and how their processing goes. Creator accounts only. */
import { randomUUID } from 'node:crypto';
import { type Call, ok, type Reply } from '../call.ts';
import { sql } from '../db/database.ts';
import { invalid, olderError } from '../errors.ts';
import { isUuid, wholeNumber } from '../input.ts';
import { limited } from '../limited.ts';
import type { AppRoute } from '../route.ts';
import { UPLOAD_SECONDS } from '../storage.ts';
import { type Creator, contentGroup, creatorOf } from './creators.ts';

/** Accepted content types and the ending that their files get. */
const TYPES: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
  'video/x-msvideo': 'avi',
};
/** 2 GB. */
const MOST_BYTES = 2 * 1024 ** 3;
const BUCKET = 'videos';
const STATUSES = ['pending', 'uploading', 'processing', 'completed', 'failed'];

// biome-ignore format: one line a route
export const videoRoutes: AppRoute[] = [
  { name: 'POST /api/video/upload-url', method: 'POST', path: '/api/video/upload-url', session: true, handle: uploadUrl },
  { name: 'POST /api/video/create', method: 'POST', path: '/api/video/create', session: true, handle: create },
  { name: 'GET /api/video/status/:id', method: 'GET', path: '/api/video/status/:id', session: true, handle: status },
  { name: 'GET /api/video/list', method: 'GET', path: '/api/video/list', session: true, handle: list },
];

interface Upload {
  filename: string;
  contentType: string;
  fileSize: number;
  title: string;
  description: string | null;
}

async function uploadUrl(call: Call): Promise<Reply> {
  const creator = await creatorOf(call);
  await limited(call, 'upload', creator);
  const upload = readUpload(await call.json());
  const ending = TYPES[upload.contentType];
  if (!ending) {
    throw uploadError(`Content type ${upload.contentType} is not allowed`, { allowed: Object.keys(TYPES) });
  }
  if (upload.fileSize > MOST_BYTES) throw uploadError('File is larger than 2 GB', { maxBytes: MOST_BYTES });
  const storage = await storageOf(call, creator);
  if (storage.used + upload.fileSize > storage.limit) throw uploadError('Storage quota exceeded', storage);
  const videoId = randomUUID();
  const storagePath = `${creator.id}/${videoId}/original.${ending}`;
  await call.rows(
    sql`insert into videos (id, creator_id, title, description, storage_path, file_size_bytes, mime_type,
        processing_status, source)
      values (${videoId}, ${creator.id}, ${upload.title}, ${upload.description}, ${storagePath}, ${upload.fileSize},
        ${upload.contentType}, 'uploading', 'upload')`,
  );
  call.platform.cache.drop(contentGroup(creator.id));
  const path = `${BUCKET}/${storagePath}`;
  const { origin } = new URL(call.request.url);
  const signed = `${origin}/storage/v1/object/upload/sign/${path}?token=${call.platform.storage.sign(path)}`;
  return ok({ uploadUrl: signed, videoId, storagePath, expiresIn: UPLOAD_SECONDS, storage });
}

function readUpload(body: Record<string, unknown>): Upload {
  for (const name of ['filename', 'contentType', 'title'] as const) {
    if (typeof body[name] !== 'string' || body[name].trim() === '') throw missing(name);
  }
  const { fileSize, description } = body;
  if (typeof fileSize !== 'number' || !(fileSize > 0)) throw missing('fileSize');
  return { ...(body as unknown as Upload), description: typeof description === 'string' ? description : null };
}

const missing = (name: string) => olderError(400, 'Missing required fields', `${name} is required`);

const uploadError = (message: string, details: object) => olderError(403, 'UPLOAD_ERROR', message, details);

/** Bytes used and allowed. */
async function storageOf(call: Call, creator: Creator): Promise<{ used: number; limit: number }> {
  const [row] = await call.rows<{ used: number; limit: number }>(
    sql`select storage_used_bytes as used, storage_limit_bytes as limit from creators where id = ${creator.id}`,
  );
  return row!;
}

async function create(call: Call): Promise<Reply> {
  const creator = await creatorOf(call);
  await limited(call, 'api', creator);
  const { videoId } = await call.json();
  if (typeof videoId !== 'string' || !isUuid(videoId)) throw missing('videoId');
  const video = await ownVideo(call, creator, videoId);
  if (video.status !== 'uploading') throw olderError(409, 'Already created', 'The video was created before');
  const stored = call.platform.storage.get(`${BUCKET}/${video.path}`);
  if (!stored) throw olderError(400, 'Upload missing', 'No file has been uploaded for this video');
  await call.run([
    sql`update videos set processing_status = 'pending', file_size_bytes = ${stored.bytes} where id = ${videoId}`,
    sql`update creators set storage_used_bytes = storage_used_bytes + ${stored.bytes} where id = ${creator.id}`,
  ]);
  call.platform.cache.drop(contentGroup(creator.id));
  call.platform.processing.add({ videoId, creatorId: creator.id, title: video.title });
  return ok({ success: true, video: { id: videoId, title: video.title, processingStatus: 'pending' } });
}

async function status(call: Call): Promise<Reply> {
  const creator = await creatorOf(call);
  await limited(call, 'api', creator);
  const video = await ownVideo(call, creator, call.params.id ?? '');
  return ok({
    videoId: video.id,
    status: video.status,
    progress: video.progress,
    currentStep: video.step,
    error: video.error,
    completedAt: video.completed_at,
  });
}

interface OwnVideo {
  id: string;
  title: string;
  status: string;
  progress: number;
  step: string | null;
  error: string | null;
  path: string;
  completed_at: string | null;
}

/** @throws Refusal 404 for a video that isn't the creator's own, whether or not it exists */
async function ownVideo(call: Call, creator: Creator, id: string): Promise<OwnVideo> {
  const [video] = isUuid(id)
    ? await call.rows<OwnVideo>(
        sql`select id, title, processing_status as status, processing_progress as progress, processing_step as step,
            processing_error as error, storage_path as path, embedded_at as completed_at
          from videos where id = ${id} and creator_id = ${creator.id}`,
      )
    : [];
  if (!video) throw olderError(404, 'Video not found', 'There is no such video');
  return video;
}

async function list(call: Call): Promise<Reply> {
  const creator = await creatorOf(call);
  await limited(call, 'api', creator);
  const wanted = call.query.get('status');
  if (wanted !== null && !STATUSES.includes(wanted)) throw invalid(`status must be one of ${STATUSES.join(', ')}`);
  const limit = wholeNumber(call.query, 'limit', 20, 1, 100);
  const offset = wholeNumber(call.query, 'offset', 0, 0, 1_000_000);
  const page = await call.cached(contentGroup(creator.id), `list ${wanted} ${limit} ${offset}`, () =>
    listPage(call, creator, wanted, limit, offset),
  );
  return ok({
    ...page,
    page: Math.floor(offset / limit) + 1,
    limit,
    hasMore: offset + page.videos.length < page.total,
  });
}

async function listPage(call: Call, creator: Creator, wanted: string | null, limit: number, offset: number) {
  const batched = call.platform.switches.nPlusOne === 'off';
  const results = await call.run([
    sql`select v.id, v.title, v.description, v.thumbnail_url, v.video_url, v.duration_seconds, v.processing_status,
        v.processing_progress, v.file_size_bytes, v.created_at,
        case when ${batched} then (select count(*) from video_progress p where p.video_id = v.id) end as views
      from videos v where v.creator_id = ${creator.id} and (${wanted}::text is null or v.processing_status = ${wanted})
      order by v.created_at desc, v.id limit ${limit} offset ${offset}`,
    sql`select count(*) as total from videos
      where creator_id = ${creator.id} and (${wanted}::text is null or processing_status = ${wanted})`,
  ]);
  const videos = results[0]!.rows;
  if (!batched) {
    for (const video of videos) {
      const [row] = await call.rows(sql`select count(*) as views from video_progress where video_id = ${video.id}`);
      video.views = row!.views;
    }
  }
  return { videos, total: results[1]!.rows[0]!.total as number };
}
