/** What the tests uploaded: files in the bucket `videos`, in a folder for each creator and in it one for each video. */
import { batches, inParallel } from './batches.ts';
import { type Project, type Report, refusalFor } from './project.ts';

const BUCKET = 'videos';
const PAGE = 1_000;
/** A page shorter than this is the last: no server sends fewer when it has more. */
const LEAST_PAGE = 100;
const WIDTH = 8;

interface Entry {
  readonly name: string;
  /** null marks a folder. */
  readonly id: string | null;
}

/** @returns the paths of all files in the folders of these creators */
export async function listTestFiles(project: Project, creators: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  await inParallel(creators, WIDTH, async (creator) => {
    paths.push(...(await filesUnder(project, creator)));
  });
  return paths;
}

export async function removeFiles(project: Project, paths: readonly string[], report: Report): Promise<void> {
  let done = 0;
  report.progress('files', done, paths.length);
  for (const some of batches(paths, PAGE)) {
    const { error } = await project.client.storage.from(BUCKET).remove(some);
    if (error) throw refusalFor(project, 'removing files', error);
    done += some.length;
    report.progress('files', done, paths.length);
  }
}

async function filesUnder(project: Project, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, id } of await entriesOf(project, folder)) {
    const path = `${folder}/${name}`;
    if (id === null) paths.push(...(await filesUnder(project, path)));
    else paths.push(path);
  }
  return paths;
}

async function entriesOf(project: Project, folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const { data, error } = await project.client.storage
      .from(BUCKET)
      .list(folder, { limit: PAGE, offset: entries.length, sortBy: { column: 'name', order: 'asc' } });
    // A project in which nobody has uploaded anything may have no bucket.
    if (error?.message === 'Bucket not found') return [];
    if (error) throw refusalFor(project, `listing the files of ${folder}`, error);
    entries.push(...data);
    if (data.length < LEAST_PAGE) return entries;
  }
}
