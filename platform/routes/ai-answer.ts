/** Asks the AI provider on behalf of a request. */
import { AiRefused } from '../ai/client.ts';
import type { Prompt } from '../ai/provider.ts';
import type { Call } from '../call.ts';
import { appError } from '../errors.ts';

/**
 * The answer's text; the provider's limit headers go on to whoever asked.
 * @throws Refusal 502 when the provider refused
 */
export async function askProvider(call: Call, prompt: Prompt): Promise<string> {
  try {
    const { content, headers } = await call.timing.during('ai', call.platform.ai.ask(prompt));
    Object.assign(call.headers, headers);
    return content;
  } catch (error) {
    if (!(error instanceof AiRefused)) throw error;
    Object.assign(call.headers, error.headers);
    throw appError(502, 'AIProviderError', 'AI_QUOTA_EXCEEDED', error.message);
  }
}
