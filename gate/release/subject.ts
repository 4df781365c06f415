/** What is being released: the target that all evidence must be of. */
import type { Configuration } from '../../src/wire/run-files.ts';
import type { Settings } from '../../src/wire/settings.ts';
import { hostOf } from '../runs/run.ts';

export interface Subject extends Pick<Configuration, 'target' | 'setup'> {
  /** Of the target; '' where nobody knows it, and for the embedded platform, which has none of its own. */
  revision: string;
}

/** The target that these settings name. */
export function subjectOf(settings: Settings): Subject {
  if (settings.BASE_URL) {
    return { target: hostOf(settings.BASE_URL), setup: '', revision: settings.TARGET_REVISION };
  }
  const setup = [settings.SETUP, settings.PLATFORM_SWITCHES].filter(Boolean).join(' ');
  return { target: 'embedded', setup, revision: '' };
}

/** `staging.example.com at 4f2a91c`; `embedded recommended` */
export function subjectText({ target, setup, revision }: Subject): string {
  return `${target}${setup ? ` ${setup}` : ''}${revision ? ` at ${revision}` : ''}`;
}

/** Why something is no evidence about the subject, as a clause after "it is"; undefined when it is evidence. */
export function whyOfAnother(of: Subject, subject: Subject): string | undefined {
  if (of.target !== subject.target || of.setup !== subject.setup) return `of ${subjectText({ ...of, revision: '' })}`;
  // The embedded platform is part of this project, whose commits don't matter.
  if (subject.target === 'embedded' || subject.revision === '' || of.revision === subject.revision) return undefined;
  return of.revision === '' ? 'of an unknown revision' : `of revision ${of.revision}`;
}
