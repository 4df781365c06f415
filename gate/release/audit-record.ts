/** results/audit/<UTC time>/audit.json, as the checklist reads it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AUDIT_SCHEMA, type AuditFile } from '../../src/wire/audit-file.ts';
import { readVersioned } from '../runs/folder/versioned-json.ts';
import type { AuditRecord } from './evidence.ts';
import { type Subject, whyOfAnother } from './subject.ts';

const text = z.string();
const shape = z.object({
  schema: z.literal(AUDIT_SCHEMA),
  target: text,
  setup: text,
  revision: text,
  at: z.iso.datetime(),
  sources: z.array(text),
  findings: z.array(
    z.object({
      id: text,
      title: text,
      outcome: z.enum(['ok', 'found', 'not seen']),
      severity: z.enum(['critical', 'high', 'medium']),
      weakPoint: z.number().optional(),
      seen: text,
      why: text,
      fix: text,
      monthlyCost: z.number(),
    }),
  ),
});

/** The newest audit of the target, whatever its revision. */
export async function newestAudit(results: string, subject: Subject): Promise<AuditRecord | undefined> {
  const names = await readdir(join(results, 'audit')).catch(() => []);
  for (const name of names.sort().reverse()) {
    const path = join(results, 'audit', name, 'audit.json');
    const read = await readVersioned<AuditFile>(path, { newest: AUDIT_SCHEMA, shape });
    if (read.ok && !whyOfAnother({ ...read.content, revision: subject.revision }, subject)) {
      return { name, path, file: read.content };
    }
  }
  return undefined;
}
