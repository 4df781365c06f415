/**
 * Uploading videos and following their processing: one function a route. None throws; all are counted.
 */
import type {
  UploadErrorBody,
  UploadRequest,
  UploadUrlBody,
  VideoCreatedBody,
  VideoStatusBody,
} from '../../wire/api.ts';
import { TEST_PREFIX } from '../../wire/fixtures.ts';
import { OK, type Result, type Route, send } from '../http.ts';
import { ownNumber } from '../k6.ts';
import { once } from '../once-a-process.ts';
import { config } from '../run.ts';
import type { Session } from '../session.ts';

const UPLOAD_URL: Route = { name: 'POST /api/video/upload-url', method: 'POST', statuses: OK };
const UPLOAD_URL_REFUSED: Route = {
  name: 'POST /api/video/upload-url',
  method: 'POST',
  statuses: [400, 401, 403, 429],
};
const PUT: Route = { name: 'PUT /storage/v1/object/upload/sign', method: 'PUT', statuses: OK };
const CREATE: Route = { name: 'POST /api/video/create', method: 'POST', statuses: [200, 201] };
const STATUS: Route = { name: 'GET /api/video/status/:id', method: 'GET', statuses: OK };

const CONTENT_TYPE = 'video/mp4';
const putHeaders = { 'Content-Type': CONTENT_TYPE };

/** Addresses that the guard let through, up to their path. */
const allowedOrigins = new Set<string>();
let asked = 0;

/** The upload of a good file, of this size. */
export function uploadRequest(fileSize: number): UploadRequest {
  asked += 1;
  const name = `${TEST_PREFIX}${config.runId}-${ownNumber()}-${asked}`;
  return { filename: `${name}.mp4`, contentType: CONTENT_TYPE, fileSize, title: name };
}

/** Asks where a file may be sent; malformed when the answer names a host that the guard doesn't know. */
export function requestUpload(me: Session, request: UploadRequest): Result<UploadUrlBody> {
  return send(UPLOAD_URL, `${config.appUrl}/api/video/upload-url`, request, me.headers, (body) => {
    const answer = body as UploadUrlBody;
    return answer.videoId && isAllowed(answer.uploadUrl) ? answer : undefined;
  });
}

/** The same for a file that must be refused. @returns the status and the name of the error */
export function requestUploadRefused(me: Session, request: Partial<UploadRequest>): Result<string> {
  return send(UPLOAD_URL_REFUSED, `${config.appUrl}/api/video/upload-url`, request, me.headers, (body, { status }) => {
    return `${status} ${(body as UploadErrorBody).error}`;
  });
}

/** Sends the file's bytes to the address that was given for them. */
export function sendFile(uploadUrl: string, bytes: ArrayBuffer): Result<true> {
  return send(PUT, uploadUrl, bytes, putHeaders, () => true);
}

/** Says that the file is there, and queues its processing. */
export function createVideo(me: Session, videoId: string): Result<true> {
  return send(CREATE, `${config.appUrl}/api/video/create`, { videoId }, me.headers, (body) =>
    (body as VideoCreatedBody).success && (body as VideoCreatedBody).video.id === videoId ? true : undefined,
  );
}

/** How far the processing is. */
export function readStatus(me: Session, videoId: string): Result<VideoStatusBody['status']> {
  return send(STATUS, `${config.appUrl}/api/video/status/${videoId}`, undefined, me.headers, (body) => {
    return (body as VideoStatusBody).status;
  });
}

/** An answer may name any host: no byte is sent to one that the user didn't name. */
function isAllowed(uploadUrl: string): boolean {
  const path = uploadUrl.indexOf('/', uploadUrl.indexOf('//') + 2);
  // Without a path the whole of it is the origin, and not all but its last letter.
  const origin = path < 0 ? uploadUrl : uploadUrl.slice(0, path);
  if (allowedOrigins.has(origin)) return true;
  const problem = once().uploadProblem(uploadUrl);
  if (problem) console.error(problem);
  else allowedOrigins.add(origin);
  return problem === undefined;
}
