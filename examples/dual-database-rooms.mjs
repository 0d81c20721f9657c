// S3, "Dual database architecture": direct messages live in MongoDB with a backup in PostgreSQL, groups in PostgreSQL.
// Either database may fail. If `quickstart` or `npm run examples` runs them, this example freezes them.
import {
  chapter,
  eventually,
  login,
  processOf,
  promise,
  run,
  say,
  send,
  title,
  whileFrozen,
} from './lib/story.mjs';

title('Rooms on two databases (S3)');
const as = await login();

/** A new account, logged in. */
async function person(name) {
  const account = {
    email: `${name}-${run}@example.com`,
    username: `${name}-${run}`,
    password: 'correct horse battery',
  };
  const { id } = (await as('POST', '/api/v1/users', { body: account, status: 201 })).body;
  return {
    id,
    username: account.username,
    as: await login({ email: account.email, password: account.password }),
  };
}
const [ada, grace] = [await person('ada'), await person('grace')];
/** Freezing PostgreSQL takes a moment, because it has several processes. */
const noticed = (database) =>
  eventually(
    'health notices it',
    async () => (await send('GET', '/api/health')).body,
    ({ status, databases }) => status === 'degraded' && !databases[database],
  );
const contents = (page) => page.data.map(({ content }) => content).toReversed();

chapter('Health of both databases');
const health = (await send('GET', '/api/health', { status: 200 })).body;
promise(
  'healthy, with the two databases by name',
  [health.status, health.databases.mongodb, health.databases.postgresql],
  ['healthy', true, true],
);
promise('at this moment', Math.abs(Date.now() - Date.parse(health.databases.timestamp)) < 60_000);
promise('in the words of the document', health.message, 'All databases operational');

chapter('A direct message: MongoDB first');
const open = { type: 'direct', member_ids: [grace.id] };
const room = (await ada.as('POST', '/api/rooms', { body: open, status: 201 })).body.id;
const again = await grace.as('POST', '/api/rooms', {
  body: { type: 'direct', member_ids: [ada.id] },
  status: 200,
});
promise('two people have one room', again.body.id, room);
const direct = `/api/rooms/${room}/messages`;
const hello = (await ada.as('POST', direct, { body: { content: 'Hello Grace' }, status: 201 })).body;
const file = { content: 'The plan', file_url: 'https://example.com/plan.pdf' };
await grace.as('POST', direct, { body: file, status: 201 });
const page = (await ada.as('GET', `${direct}?limit=20`, { status: 200 })).body;
promise('both messages are read from MongoDB', [page.source, page.degraded], ['mongodb', false]);
promise(
  'newest first, each with its author',
  page.data.map(({ content, member }) => [content, member.username]),
  [
    ['The plan', grace.username],
    ['Hello Grace', ada.username],
  ],
);
promise('a file goes with its message', page.data[0].file_url, file.file_url);

chapter('Edits and deletions');
await ada.as('PATCH', `${direct}/${hello.id}`, { body: { content: 'Hello, Grace!' }, status: 200 });
const oops = (await ada.as('POST', direct, { body: { content: 'Oops' }, status: 201 })).body;
await ada.as('DELETE', `${direct}/${oops.id}`, { status: 204 });
const [last, , first] = (await grace.as('GET', direct, { status: 200 })).body.data;
promise('an edit is shown', first.content, 'Hello, Grace!');
promise('a deleted message stays as one that is deleted', [last.deleted, last.content], [true, null]);

chapter('A group message: PostgreSQL alone');
const group = { type: 'group', name: 'Launch', member_ids: [grace.id] };
const channel = (await ada.as('POST', '/api/rooms', { body: group, status: 201 })).body.id;
await ada.as('POST', `/api/rooms/${channel}/messages`, {
  body: { content: 'We go live at noon.' },
  status: 201,
});
const groupPage = (await grace.as('GET', `/api/rooms/${channel}/messages`, { status: 200 })).body;
promise(
  'it is read from PostgreSQL',
  [groupPage.source, contents(groupPage)],
  ['postgres', ['We go live at noon.']],
);

const mongodb = processOf('mongodb');
const postgres = processOf('postgres');
if (mongodb === null) say('MongoDB runs elsewhere: the outages are left out.');
else {
  chapter('MongoDB freezes: reads and writes fall back to PostgreSQL');
  await whileFrozen(mongodb, async () => {
    await noticed('mongodb');
    const sent = { content: 'Said while MongoDB is away', client_id: `away-${run}` };
    await ada.as('POST', direct, { body: sent, status: 201 });
    const read = await grace.as('GET', direct, { status: 200 });
    promise(
      'the answer comes from PostgreSQL, and says so',
      [read.body.source, read.body.degraded],
      ['postgres', true],
    );
    promise('in a header, too', read.headers.get('x-data-source'), 'postgres-fallback');
    promise('nothing is missing', contents(read.body), [
      'Hello, Grace!',
      'The plan',
      null,
      'Said while MongoDB is away',
    ]);
    await grace.as('PATCH', `${direct}/${hello.id}`, { body: { content: 'not mine' }, status: 403 });
    await ada.as('PATCH', `${direct}/${hello.id}`, { body: { content: 'Hello again, Grace!' }, status: 200 });
    say('✓ rights hold, and edits work, as always');
    await ada.as('POST', `/api/rooms/${channel}/messages`, { body: { content: 'Still here.' }, status: 201 });
  });

  chapter('MongoDB is back: it resumes, with what was said meanwhile');
  await eventually(
    'health is healthy again',
    async () => (await send('GET', '/api/health')).body.status,
    (status) => status === 'healthy',
  );
  const after = await eventually(
    'reads come from MongoDB again',
    async () => (await grace.as('GET', direct, { status: 200 })).body,
    (body) => body.source === 'mongodb' && !body.degraded,
  );
  promise('no message is lost or twice, and the edit of the outage won', contents(after), [
    'Hello again, Grace!',
    'The plan',
    null,
    'Said while MongoDB is away',
  ]);
  const metrics = (await send('GET', '/metrics', { status: 200 })).text;
  promise('the fallbacks are counted', metrics, (text) =>
    /triptych_fallback_operations_total\{.*ROOM_MESSAGES_GET_DM.*postgres-fallback.*\} [1-9]/.test(text),
  );
}
if (postgres === null) say('PostgreSQL runs elsewhere: its outage is left out.');
else {
  chapter('PostgreSQL freezes: direct messages go on in MongoDB');
  await whileFrozen(postgres, async () => {
    await noticed('postgresql');
    const sent = { content: 'Said while PostgreSQL is away', client_id: `alone-${run}` };
    await grace.as('POST', direct, { body: sent, status: 201 });
    const read = (await ada.as('GET', direct, { status: 200 })).body;
    promise(
      'they are read from MongoDB, marked as degraded',
      [read.source, read.degraded],
      ['mongodb', true],
    );
    promise('with the newest one', contents(read).at(-1), sent.content);
    await ada.as('POST', `/api/rooms/${channel}/messages`, { body: { content: 'Not now.' }, status: 503 });
    say('✓ a group, which PostgreSQL alone has, is refused with 503 rather than lost');
  });

  chapter('PostgreSQL is back: the copy catches up');
  await eventually(
    'what it has missed is no longer only in MongoDB',
    async () => (await ada.as('GET', direct)).body,
    (body) => body?.degraded === false && contents(body).at(-1) === 'Said while PostgreSQL is away',
  );
  const only = { only: ['direct-messages'] };
  const { id } = (await as('POST', '/api/v1/admin/verify', { body: only, status: 202 })).body;
  const report = await eventually(
    'both copies are compared record by record',
    async () => (await as('GET', `/api/v1/admin/verify/${id}`, { status: 200 })).body,
    ({ status }) => status === 'done',
  );
  promise('and are equal', report.ok, true);
}
