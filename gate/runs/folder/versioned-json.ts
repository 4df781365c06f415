/** Reads JSON files that carry a schema number, and believes none of them unseen. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export type Read<Content> =
  | { ok: true; content: Content }
  /** @property problem a clause that follows the file's name: `is missing` */
  | { ok: false; missing: boolean; problem: string };

export interface Format {
  /** The newest schema that is understood. */
  newest: number;
  shape: z.ZodType;
}

/** Never throws for what is in the file, or for one that is not there. */
export async function readVersioned<Content>(path: string, { newest, shape }: Format): Promise<Read<Content>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return refused('is cut off or no JSON');
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { ok: false, missing: true, problem: 'is missing' };
    return refused(`can't be read (${code})`);
  }
  const versioned = z.object({ schema: z.number() }).safeParse(parsed);
  if (!versioned.success) return refused("isn't launchgate's: it has no schema number");
  const { schema } = versioned.data;
  if (schema > newest) {
    return refused(`has schema ${schema}, this launchgate reads up to ${newest}: update launchgate`);
  }
  const checked = shape.safeParse(parsed);
  if (checked.success) return { ok: true, content: parsed as Content };
  const issue = checked.error.issues[0]!;
  return refused(`isn't launchgate's: ${issue.path.join('.') || 'its content'} is ${issue.message}`);
}

function refused(problem: string): { ok: false; missing: false; problem: string } {
  return { ok: false, missing: false, problem };
}
