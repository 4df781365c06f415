/**
 * Bodies of the platform's routes, as PLATFORM.md gives them. Only what launchgate reads or sends is typed.
 */

/** GoTrue's answer to both grants of POST /auth/v1/token. */
export interface TokenBody {
  access_token: string;
  token_type: 'bearer';
  /** Seconds. */
  expires_in: number;
  /** Unix seconds. */
  expires_at: number;
  refresh_token: string;
  user: { id: string; email: string; role: string } & Record<string, unknown>;
}

/** GoTrue's error body. */
export interface AuthErrorBody {
  code: number;
  error_code: string;
  msg: string;
}

export interface ChatRequest {
  /** 1 to 500 characters. */
  message: string;
  session_id?: string;
  creator_id?: string;
  context_type?: 'general' | 'project-specific' | 'quiz-help';
}

export interface VideoReference {
  video_id: string;
  title: string;
  /** Seconds into the video. */
  timestamp: number;
  /** 0..1. */
  relevance_score: number;
}

export interface Usage {
  tier: string;
  remaining: number;
  is_free_tier: boolean;
  upgrade_required: boolean;
  message: string;
}

export interface ChatAnswerBody {
  success: true;
  data: { message_id: string; content: string; video_references: VideoReference[]; session_id: string };
  meta: { creator_id: string; usage: Usage; chronos_awarded: number; chronos_balance: number };
}

export interface ChatMessage {
  id: string;
  role: 'user' | 'assistant';
  content: string;
  video_references: VideoReference[];
  feedback: 'positive' | 'negative' | null;
  created_at: string;
}

export interface ChatHistoryBody {
  success: true;
  data: { session_id: string; messages: ChatMessage[]; total: number };
}

export interface FeedbackRequest {
  message_id: string;
  feedback: 'positive' | 'negative';
  /** At most 500 characters. */
  comment?: string;
}

/** GET /api/chat, as far as it is read: the user's sessions. */
export interface ChatSessionsBody {
  success: true;
  data: { sessions: { id: string; title: string | null }[] };
}

export interface UploadRequest {
  filename: string;
  contentType: string;
  /** Bytes. */
  fileSize: number;
  title: string;
  description?: string;
}

export interface UploadUrlBody {
  /** Signed; the file's bytes are PUT there. */
  uploadUrl: string;
  videoId: string;
  storagePath: string;
  /** Seconds. */
  expiresIn: number;
  /** Bytes. */
  storage: { used: number; limit: number };
}

/** POST /api/video/upload-url of a file that the platform won't take: 403. */
export interface UploadErrorBody {
  error: 'UPLOAD_ERROR';
  message: string;
  details: unknown;
}

export interface VideoCreatedBody {
  success: true;
  video: { id: string; title: string; processingStatus: ProcessingStatus };
}

export type ProcessingStatus = 'pending' | 'uploading' | 'processing' | 'completed' | 'failed';

export interface VideoStatusBody {
  videoId: string;
  status: ProcessingStatus;
  /** 0..100. */
  progress: number;
  currentStep: string | null;
  error: string | null;
  completedAt: string | null;
}

export interface VideoListBody {
  videos: { id: string; title: string; thumbnail_url?: string | null }[];
  total: number;
  page: number;
  limit: number;
  hasMore: boolean;
}

export interface AnalyticsBody {
  enrollmentsByDate: unknown[];
  messagesByDate: unknown[];
  topVideos: unknown[];
  chatInsights: unknown;
}

export interface CalendarBody {
  success: true;
  data: { events: { id: string }[]; totalCount: number };
}

export interface ChronosBody {
  balance: number;
  totalEarned: number;
  totalSpent: number;
  totalRedeemed: number;
  usdValue: number;
}

export interface HealthBody {
  status: 'healthy' | 'degraded' | 'unhealthy';
  timestamp: string;
  checks: {
    database: { status: 'ok' | 'error'; latency: number };
    cache: { status: string; latency: number };
  };
}

/** Error body of the app's newer routes; older ones answer {error: "text", message}. */
export interface AppErrorBody {
  error: { name: string; message: string; code: string; statusCode: number; details?: unknown; retryAfter?: number };
}

/** POST /api/chat beyond the quota: 403. */
export interface ChatQuotaBody {
  success: false;
  error: {
    code: 'CHAT_LIMIT_EXCEEDED';
    message: string;
    details: { tier: string; upgrade_required: boolean; questions_asked: number; remaining: number };
  };
  meta: { usage: Usage };
}

/**
 * What went wrong with a request, in the words of every table and chart. `no-connection` and `ai-limit` are server errors
 * of which the body says that the database had no connection left, or that the AI provider refused.
 */
export const FAILURE_KINDS = [
  'rate-limited',
  'quota',
  'challenge',
  'client-error',
  'server-error',
  'no-connection',
  'ai-limit',
  'redirect',
  'timeout',
  'connection',
  'malformed',
  'exception',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Longest message that POST /api/chat takes, in characters. */
export const MAX_MESSAGE_LENGTH = 500;
