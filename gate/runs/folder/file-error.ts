/** What the system's codes mean to people, and what can be done. */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your quota of the disk is used up; make room',
  EFBIG: 'it is larger than a file may be here; raise `ulimit -f`',
  EROFS: 'it is on a read-only file system',
  EACCES: 'it is not yours to write',
  EMFILE: 'this process may open no more files; raise `ulimit -n`',
  ENFILE: 'the machine can open no more files',
};

/** One clause, without a full stop: `the disk is full; make room (ENOSPC)`, or the error's own words. */
export function fileErrorText(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return MEANINGS[code] ? `${MEANINGS[code]} (${code})` : message;
}
