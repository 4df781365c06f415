/**
 * Uploading, publishing and listing videos: what a creator may, what is refused, and that nobody touches or sees another
 * creator's videos. The file that is sent is as small as can be, and one of them is published.
 */
import type {
  ProcessingStatus,
  UploadRequest,
  UploadUrlBody,
  VideoListBody,
  VideoStatusBody,
} from '../../../wire/api.ts';
import { TEST_PREFIX } from '../../../wire/fixtures.ts';
import type { Answer } from '../../contract/answer.ts';
import { answers, expects, refuses, succeeds } from '../../contract/findings.ts';
import { type Identity, look, NOBODY } from '../../contract/probe.ts';
import { uploadProblem } from '../../once/settings.ts';
import { config } from '../../run.ts';
import { FILE_HEAD } from '../../uploads.ts';
import type { Cast } from './cast.ts';
import type { Visitor } from './sign-in.ts';

const UPLOAD_URL = 'POST /api/video/upload-url';
const PUT = 'PUT /storage/v1/object/upload/sign';
const CREATE = 'POST /api/video/create';
const STATUS = 'GET /api/video/status/:id';
const LIST = 'GET /api/video/list';

const NO_CREATOR = 'Creator account not found';
/** A video that nobody has. */
const NO_VIDEO = '00000000-0000-4000-8000-000000000000';
/** The platform takes no larger file. */
const MOST_BYTES = 2 * 1024 ** 3;
const URL_SECONDS = 900;

const STATUSES: readonly ProcessingStatus[] = ['pending', 'uploading', 'processing', 'completed', 'failed'];
const A_STATUS = `=${STATUSES.join('|')}` as const;

const UPLOAD_DOCUMENTED = {
  storagePath: 'text',
  expiresIn: 'count',
  storage: { used: 'count', limit: 'count' },
} as const;
const STATUS_DOCUMENTED = {
  progress: 'number',
  currentStep: 'string?',
  error: 'string?',
  completedAt: 'time?',
} as const;
const LIST_DOCUMENTED = { total: 'count', page: 'count', limit: 'count', hasMore: 'boolean' } as const;

/** Asks where a file may be sent. */
export function asksForAddress({ identity, user }: Visitor): UploadUrlBody | undefined {
  const answer = askForAddress(identity, uploadRequest());
  if (!answers(UPLOAD_URL, answer, { uploadUrl: 'text', videoId: 'text' }, UPLOAD_DOCUMENTED)) return undefined;
  const upload = answer.body as UploadUrlBody;
  expects('listed', `${UPLOAD_URL}: expiresIn`, upload.expiresIn, URL_SECONDS);
  const isOwn = `${upload.storagePath}`.includes(`${user.creator_id}/${upload.videoId}/`);
  expects('listed', `${UPLOAD_URL}: storagePath`, isOwn ? 'the own folder' : 'another', 'the own folder');
  const problem = uploadProblem(upload.uploadUrl);
  return expects('fatal', `${UPLOAD_URL}: host of uploadUrl`, problem ?? 'named', 'named') ? upload : undefined;
}

export function uploads({ uploaders, upload, students: [student] }: Cast): void {
  const pair = uploaders();
  if (!pair) return;
  const own = upload();
  if (own) succeeds(PUT, look(PUT, own.uploadUrl, { 'Content-Type': 'video/mp4' }, fileBytes()));
  const [{ identity }] = pair;
  const good = uploadRequest();
  const ask = (change: Partial<UploadRequest>) => askForAddress(identity, { ...good, ...change });
  refuses(`${UPLOAD_URL} without a title`, ask({ title: undefined }), 400);
  refuses(`${UPLOAD_URL} without a size`, ask({ fileSize: undefined }), 400);
  const pdf = { contentType: 'application/pdf', filename: 'notes.pdf' };
  refuses(`${UPLOAD_URL} of no video`, ask(pdf), 403, 'UPLOAD_ERROR');
  refuses(`${UPLOAD_URL} of more than 2 GB`, ask({ fileSize: MOST_BYTES + 1 }), 403, 'UPLOAD_ERROR');
  const left = own ? own.storage.limit - own.storage.used : Number.POSITIVE_INFINITY;
  // A quota that no allowed file is above can't be met.
  if (left < MOST_BYTES) refuses(`${UPLOAD_URL} over the quota`, ask({ fileSize: left + 1 }), 403, 'UPLOAD_ERROR');
  refuses(`${UPLOAD_URL} of a student`, askForAddress(student.identity, good), 403, NO_CREATOR);
  refuses(`${UPLOAD_URL} without a session`, askForAddress(NOBODY, good), 401);
}

/** After the file was sent. */
export function publishes({ uploaders, upload, students: [student] }: Cast): void {
  const pair = uploaders();
  const videoId = upload()?.videoId;
  if (!pair || videoId === undefined) return;
  const [me, stranger] = pair;
  refuses(`${CREATE} without a session`, create(NOBODY, videoId), 401);
  refuses(`${CREATE} of a student`, create(student.identity, videoId), 403, NO_CREATOR);
  const taken = (create(stranger.identity, videoId).body as { success?: unknown } | undefined)?.success === true;
  expects('fatal', `${CREATE} of another creator's video`, taken ? 'published' : 'refused', 'refused');
  const answer = create(me.identity, videoId);
  const documented = { video: { title: 'text', processingStatus: A_STATUS } } as const;
  if (answers(CREATE, answer, { success: 'true', video: { id: 'text' } }, documented)) {
    const { id } = (answer.body as { video: { id: string } }).video;
    expects('fatal', `${CREATE}: video.id`, id === videoId ? 'the video' : 'another', 'the video');
  }
  followsProcessing(me, stranger, student, videoId);
}

function followsProcessing(me: Visitor, stranger: Visitor, student: Visitor, videoId: string): void {
  const answer = readStatus(me.identity, videoId);
  if (answers(STATUS, answer, { videoId: 'text', status: A_STATUS }, STATUS_DOCUMENTED)) {
    const { progress } = answer.body as VideoStatusBody;
    const inBounds = progress >= 0 && progress <= 100;
    expects('listed', `${STATUS}: progress`, inBounds ? '0 to 100' : progress, '0 to 100');
  }
  const peeked = readStatus(stranger.identity, videoId);
  const shown = (peeked.body as Partial<VideoStatusBody> | undefined)?.videoId === videoId;
  const isHidden = expects('fatal', `${STATUS} of another creator`, shown ? 'shown' : 'hidden', 'hidden');
  if (isHidden) refuses(`${STATUS} of another creator's video`, peeked, 404);
  refuses(`${STATUS} of no video`, readStatus(me.identity, NO_VIDEO), 404);
  refuses(`${STATUS} of a student`, readStatus(student.identity, videoId), 403, NO_CREATOR);
  refuses(`${STATUS} without a session`, readStatus(NOBODY, videoId), 401);
}

export function listsVideos({ creators, students: [student] }: Cast): void {
  const pair = creators();
  if (!pair) return;
  const [me, stranger] = pair;
  const answer = list(me.identity, 'limit=20&offset=0');
  if (answers(LIST, answer, { videos: [{ id: 'text', title: 'text' }] }, LIST_DOCUMENTED)) {
    const { videos } = answer.body as VideoListBody;
    const own = videos.some(({ id }) => me.videoIds.includes(id));
    expects('listed', `${LIST}: own videos`, own ? 'some' : 'none', 'some');
    const foreign = videos.filter(({ id }) => stranger.videoIds.includes(id)).length;
    expects('fatal', `${LIST}: videos of another creator`, foreign, 0);
  }
  const one = (list(me.identity, 'limit=1&offset=0').body as Partial<VideoListBody> | undefined)?.videos?.length;
  expects('listed', `${LIST} with limit=1: videos`, one ?? 'none', 1);
  for (const status of STATUSES) {
    expects('listed', `${LIST} with status=${status}`, list(me.identity, `status=${status}`).status, 200);
  }
  refuses(`${LIST} of a student`, list(student.identity, ''), 403, NO_CREATOR);
  refuses(`${LIST} without a session`, list(NOBODY, ''), 401);
}

function uploadRequest(): UploadRequest {
  const name = `${TEST_PREFIX}${config.runId}-contract`;
  return { filename: `${name}.mp4`, contentType: 'video/mp4', fileSize: fileBytes().byteLength, title: name };
}

function fileBytes(): ArrayBuffer {
  return new Uint8Array(FILE_HEAD).buffer;
}

function askForAddress(identity: Identity, request: Partial<UploadRequest>): Answer {
  return look(UPLOAD_URL, `${config.appUrl}/api/video/upload-url`, identity, request);
}

function create(identity: Identity, videoId: string): Answer {
  return look(CREATE, `${config.appUrl}/api/video/create`, identity, { videoId });
}

function readStatus(identity: Identity, videoId: string): Answer {
  return look(STATUS, `${config.appUrl}/api/video/status/${videoId}`, identity);
}

function list(identity: Identity, query: string): Answer {
  return look(LIST, `${config.appUrl}/api/video/list?${query}`, identity);
}
