import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from '@supabase/supabase-js';
import { WebSocket } from 'ws';
import {
  ANON_KEY,
  CREATORS,
  type Embedded,
  passwordOf,
  SERVICE_KEY,
  STUDENTS,
  send,
  signIn,
  startPlatform,
  uuid,
  VIDEOS,
} from './embedded.ts';

let platform: Embedded;
before(async () => {
  platform = await startPlatform('recommended');
});
after(() => platform.stop());

/** The real client, as launchgate's own seeding makes it. */
function client(key = SERVICE_KEY) {
  return createClient(platform.url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    realtime: { transport: WebSocket as never },
  });
}

const student = STUDENTS[3]!;

test("a password grant answers what GoTrue's does", async () => {
  const { status, body } = await send(platform, 'POST', '/auth/v1/token?grant_type=password', {
    body: { email: student.email, password: passwordOf(student.email) },
  });
  assert.equal(status, 200);
  assert.deepEqual([body.token_type, body.expires_in, body.weak_password], ['bearer', 3600, null]);
  assert.match(body.refresh_token, /^[a-z0-9]{12}$/);
  assert.ok(Math.abs(body.expires_at - Date.now() / 1000 - 3600) < 60);
  const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString());
  assert.deepEqual(
    [claims.sub, claims.email, claims.role, claims.aud, claims.exp],
    [student.id, student.email, 'authenticated', 'authenticated', body.expires_at],
  );
  assert.deepEqual(Object.keys(body.user).sort(), [
    'app_metadata',
    'aud',
    'confirmed_at',
    'created_at',
    'email',
    'email_confirmed_at',
    'id',
    'identities',
    'is_anonymous',
    'last_sign_in_at',
    'phone',
    'role',
    'updated_at',
    'user_metadata',
  ]);
});

test('refusals of GoTrue have its body', async () => {
  const wrong = await send(platform, 'POST', '/auth/v1/token?grant_type=password', {
    body: { email: student.email, password: 'wrong' },
  });
  assert.deepEqual(
    [wrong.status, wrong.body],
    [400, { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' }],
  );
  const codes = [];
  for (const body of [{ refresh_token: 'aaaaaaaaaaaa' }, { refresh_token: '?' }]) {
    const { status, body: answer } = await send(platform, 'POST', '/auth/v1/token?grant_type=refresh_token', { body });
    codes.push([status, answer.error_code]);
  }
  assert.deepEqual(codes, [
    [400, 'refresh_token_not_found'],
    [400, 'validation_failed'],
  ]);
});

test('the user is told apart from nobody, a bad token and a session that has ended', async () => {
  const { access_token } = await signIn(platform, student.email);
  const user = (authorization?: string) =>
    send(platform, 'GET', '/auth/v1/user', { headers: authorization ? { Authorization: authorization } : {} });
  assert.equal((await user(`Bearer ${access_token}`)).body.id, student.id);
  const refusal = async (authorization?: string) => {
    const { status, body } = await user(authorization);
    return [status, body.error_code];
  };
  assert.deepEqual(await refusal(), [401, 'no_authorization']);
  assert.deepEqual(await refusal('Bearer nonsense'), [403, 'bad_jwt']);
  const logout = () =>
    send(platform, 'POST', '/auth/v1/logout', { headers: { Authorization: `Bearer ${access_token}` } });
  assert.equal((await logout()).status, 204);
  assert.deepEqual(await refusal(`Bearer ${access_token}`), [403, 'session_not_found']);
  assert.deepEqual([(await logout()).status, (await logout()).body.error_code], [403, 'session_not_found']);
});

test('without a key of the project nothing is answered', async () => {
  for (const path of ['/auth/v1/user', '/rest/v1/students', '/storage/v1/object/list/videos']) {
    const method = path.includes('list') ? 'POST' : 'GET';
    const { status, body } = await send(platform, method, path, { headers: { apikey: 'wrong' } });
    assert.deepEqual([status, body.message], [401, 'Invalid API key'], path);
  }
});

test('supabase-js makes, lists and deletes users', async () => {
  const { auth } = client();
  const made = await auth.admin.createUser({ email: 'new@example.com', password: 'pw-12345', email_confirm: true });
  assert.equal(made.data.user?.email, 'new@example.com');
  const again = await auth.admin.createUser({ email: 'new@example.com', password: 'pw-12345' });
  assert.deepEqual([again.error?.status, again.error?.code], [422, 'email_exists']);
  const page = await auth.admin.listUsers({ page: 2, perPage: 5 });
  assert.equal(page.data.users.length, 3);
  assert.equal('total' in page.data && page.data.total, 8);
  assert.equal(
    (await client(ANON_KEY).auth.signInWithPassword({ email: 'new@example.com', password: 'pw-12345' })).error,
    null,
  );
  assert.equal((await auth.admin.deleteUser(made.data.user!.id)).error, null);
  assert.equal((await auth.admin.deleteUser(made.data.user!.id)).error?.code, 'user_not_found');
  const { error } = await client(ANON_KEY).auth.admin.listUsers();
  assert.deepEqual([error?.status, error?.code], [403, 'not_admin']);
});

test('supabase-js inserts, counts, upserts, updates and deletes rows', async () => {
  const events = () => client().from('calendar_events');
  const event = (number: number) => ({
    id: uuid('f', 100 + number),
    student_id: student.id,
    event_type: 'quiz',
    title: `of the test ${number}`,
    scheduled_date: `2020-01-0${number}`,
  });
  const inserted = await events()
    .insert([event(1), event(2), event(3)])
    .select('id');
  assert.deepEqual([inserted.status, inserted.data?.length], [201, 3]);
  const counted = await events().select('*', { count: 'exact', head: true }).like('title', 'of the test%');
  assert.deepEqual([counted.count, counted.data], [3, null]);
  const page = await events()
    .select('title, scheduled_date', { count: 'exact' })
    .like('title', 'of the test%')
    .order('scheduled_date', { ascending: false })
    .range(1, 1);
  assert.deepEqual(page.data, [{ title: 'of the test 2', scheduled_date: '2020-01-02' }]);
  assert.equal(page.count, 3);
  const upserted = await events().upsert([{ ...event(3), title: 'of the test, changed' }, event(4)], {
    onConflict: 'id',
  });
  assert.equal(upserted.error, null);
  const ignored = await events()
    .upsert([{ ...event(4), title: 'lost' }], { onConflict: 'id', ignoreDuplicates: true })
    .select();
  assert.deepEqual(ignored.data, []);
  await events().update({ status: 'completed' }).eq('id', event(1).id);
  const one = await events().select().eq('status', 'completed').single();
  assert.equal(one.data?.title, 'of the test 1');
  assert.equal((await events().select().eq('title', 'nobody').maybeSingle()).data, null);
  const found = await events()
    .select('title')
    .in('id', [event(3).id, event(4).id])
    .not('title', 'eq', 'of the test 4');
  assert.deepEqual(found.data, [{ title: 'of the test, changed' }]);
  const deleted = await events().delete({ count: 'exact' }).like('title', 'of the test%');
  assert.deepEqual([deleted.status, deleted.count], [204, 4]);
});

test('null is asked for with is, and values may hold commas and brackets', async () => {
  const events = () => client().from('calendar_events');
  const title = 'a, b and (c)';
  await events().insert({ student_id: student.id, event_type: 'quiz', title, scheduled_date: '2020-02-01' });
  const { data } = await events().select('title').is('video_id', null).in('title', [title, 'other']);
  assert.deepEqual(data, [{ title }]);
  await events().delete().eq('title', title);
});

test('what Postgres refuses comes back with its code', async () => {
  const twice = await client()
    .from('creators')
    .insert({ whop_company_id: `loadtest-${uuid('c', 1)}`, whop_user_id: 'x', company_name: 'x' });
  assert.deepEqual([twice.status, twice.error?.code], [409, '23505']);
  const checked = await client().from('enrollments').update({ status: 'asleep' }).eq('student_id', student.id);
  assert.deepEqual([checked.status, checked.error?.code], [400, '23514']);
  const missing = await client().from('videos').insert({ colour: 'red' });
  assert.equal(missing.error?.message, "Could not find the 'colour' column of 'videos' in the schema cache");
  const table = await client().from('orders').select();
  assert.deepEqual([table.status, table.error?.code], [404, 'PGRST205']);
  const all = await client().from('videos').delete();
  assert.equal(all.error?.message, 'DELETE requires a WHERE clause');
});

test('row-level security shows the anon key nothing and lets it write nothing', async () => {
  const { data, count } = await client(ANON_KEY).from('students').select('*', { count: 'exact' });
  assert.deepEqual([data, count], [[], 0]);
  const { error } = await client(ANON_KEY).from('students').delete().eq('id', student.id);
  assert.equal(error?.code, '42501');
});

test('at most a thousand rows come at a time', async () => {
  const rows = Array.from({ length: 1_100 }, (_, number) => ({
    student_id: student.id,
    event_type: 'quiz',
    title: `of the thousand ${number}`,
    scheduled_date: '2021-01-01',
  }));
  await client().from('calendar_events').insert(rows);
  const { data, count } = await client()
    .from('calendar_events')
    .select('id', { count: 'exact' })
    .like('title', 'of the thousand%');
  assert.deepEqual([data?.length, count], [1_000, 1_100]);
  await client().from('calendar_events').delete().like('title', 'of the thousand%');
});

test("the search function finds its creator's chunks only, the nearest first", async () => {
  const query_embedding = JSON.stringify([1, ...Array.from({ length: 1_535 }, () => 0)]);
  const search = (more: object) =>
    client().rpc('match_video_chunks', { query_embedding, match_threshold: -1, match_count: 20, ...more });
  const { data } = await search({ filter_creator_id: CREATORS[0]!.id });
  assert.equal(data.length, 20);
  const likeness = data.map(({ similarity }: { similarity: number }) => similarity);
  assert.deepEqual(
    likeness,
    [...likeness].sort((a: number, b: number) => b - a),
  );
  for (const row of data) assert.equal(row.creator_id, CREATORS[0]!.id);
  assert.ok(data[0].video_title && data[0].chunk_text);
  const one = await search({ filter_creator_id: CREATORS[0]!.id, filter_video_ids: [VIDEOS[0]!.id] });
  for (const row of one.data) assert.equal(row.video_id, VIDEOS[0]!.id);
  assert.ok(one.data.length > 0);
  const foreign = await search({ filter_creator_id: CREATORS[0]!.id, filter_video_ids: [VIDEOS[2]!.id] });
  assert.deepEqual(foreign.data, []);
  const none = await search({ filter_creator_id: CREATORS[0]!.id, match_threshold: 0.99 });
  assert.deepEqual(none.data, []);
});

test('a chunk that supabase-js inserts is found by its own embedding', async () => {
  const embedding = Array.from({ length: 1_536 }, (_, at) => (at === 7 ? 1 : 0));
  const chunk = {
    video_id: VIDEOS[0]!.id,
    creator_id: CREATORS[0]!.id,
    chunk_text: 'mine',
    chunk_index: 999,
    embedding,
  };
  assert.equal((await client().from('video_chunks').insert(chunk)).error, null);
  const { data } = await client().rpc('match_video_chunks', {
    query_embedding: embedding,
    match_threshold: 0.5,
    match_count: 1,
    filter_creator_id: CREATORS[0]!.id,
  });
  assert.deepEqual([data.length, data[0].chunk_text, data[0].similarity], [1, 'mine', 1]);
  await client().from('video_chunks').delete().eq('chunk_text', 'mine');
});

test('supabase-js signs uploads, and lists and removes what was uploaded', async () => {
  const videos = client().storage.from('videos');
  const signed = await videos.createSignedUploadUrl('folder/a.mp4');
  assert.equal(signed.error, null);
  const put = await fetch(signed.data!.signedUrl, {
    method: 'PUT',
    body: Buffer.alloc(5_000),
    headers: { 'Content-Type': 'video/mp4' },
  });
  assert.equal(put.status, 200);
  const listed = await videos.list('folder');
  assert.deepEqual(
    [listed.data?.length, listed.data?.[0]?.name, listed.data?.[0]?.metadata?.size],
    [1, 'a.mp4', 5_000],
  );
  const folders = await videos.list();
  assert.deepEqual(
    folders.data?.map(({ name, id }) => [name, id]),
    [['folder', null]],
  );
  assert.deepEqual(
    (await videos.remove(['folder/a.mp4', 'folder/b.mp4'])).data?.map(({ name }) => name),
    ['folder/a.mp4'],
  );
  assert.deepEqual((await videos.list('folder')).data, []);
});

test('an upload with a token for something else is refused', async () => {
  const signed = await client().storage.from('videos').createSignedUploadUrl('folder/a.mp4');
  const url = signed.data!.signedUrl.replace('a.mp4', 'b.mp4');
  const { status } = await fetch(url, { method: 'PUT', body: 'x' });
  assert.equal(status, 400);
});
