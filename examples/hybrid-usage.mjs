// S4, MindNotes' "Hybrid database setup guide" and its examples/hybrid_usage.py: accounts, plans and tags in PostgreSQL,
// journal entries, moods and focus sessions in MongoDB.
import { chapter, eventually, login, promise, run, say, send, title } from './lib/story.mjs';

title('A journal on two databases (S4)');
const admin = await login();
const account = {
  email: `mind-${run}@example.com`,
  username: `mind-${run}`,
  password: 'correct horse battery',
};
const password = account.password;
await admin('POST', '/api/v1/users', { body: account, status: 201 });
const as = await login({ email: account.email, password });
await as('PATCH', '/api/v1/profile', { body: { time_zone: 'Europe/Berlin' }, status: 200 });
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date());
const daysAgo = (days) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);

chapter('Tags and mood categories (PostgreSQL)');
const tag = async (name) => (await as('POST', '/api/v1/tags', { body: { name }, status: 201 })).body.id;
const tagIds = [await tag('Sunset'), await tag('Family')];
await as('POST', '/api/v1/tags', { body: { name: 'sunset' }, status: 409 });
say('✓ a tag is there once, whatever its case');
const happy = { name: `Happy ${run}` };
const categoryId = (await as('POST', '/api/v1/mood-categories', { body: happy, status: 201 })).body.id;

chapter('A journal entry with embedded data: the user is checked in PostgreSQL, the entry stored in MongoDB');
const question = { text: `What went well today? ${run}`, category: 'gratitude', is_active: true };
const prompt = (await admin('POST', '/api/v1/prompts', { body: question, status: 201 })).body;
const day = {
  title: 'My Day',
  content: 'Today was amazing! We watched the sunset over the river.',
  entry_type: 'photo',
  entry_date: today,
  tag_ids: tagIds,
  photos: [{ image_url: '/media/photo.jpg', caption: 'Sunset' }],
  voice_notes: [{ audio_url: '/media/note.m4a', duration_seconds: 12 }],
  prompt_responses: [{ prompt_id: prompt.id, response: 'The walk.' }],
};
const entry = (await as('POST', '/api/v1/journal/entries', { body: day, status: 201 })).body;
const embedded = ['title', 'content', 'tag_ids', 'photos', 'voice_notes', 'prompt_responses', 'entry_date'];
const shownEntry = (await as('GET', `/api/v1/journal/entries/${entry.id}`, { status: 200 })).body;
for (const name of embedded) promise(`its ${name} come back as they were`, shownEntry[name], day[name]);
const foreignTag = { ...day, tag_ids: ['01981c7e-0000-7000-8000-000000000000'] };
await as('POST', '/api/v1/journal/entries', { body: foreignTag, status: 422 });
say("✓ a tag that PostgreSQL does not know as this user's is refused");
await admin('GET', `/api/v1/journal/entries/${entry.id}`, { status: 404 });
say('✓ entries are for their author alone, whoever owns the organisation');

chapter('Search and filters');
const yesterday = {
  title: 'Rain',
  content: 'A quiet day with books.',
  entry_type: 'text',
  entry_date: daysAgo(1),
};
const rain = (await as('POST', '/api/v1/journal/entries', { body: yesterday, status: 201 })).body;
await as('PATCH', `/api/v1/journal/entries/${rain.id}`, { body: { is_favorite: true }, status: 200 });
const find = async (query) =>
  (await as('GET', `/api/v1/journal/entries?${query}`, { status: 200 })).body.data.map(({ id }) => id);
promise('a word of the content finds it', await find('q=amazing'), [entry.id]);
promise('so does the beginning of a word of the title', await find('q=rai'), [rain.id]);
promise('the favourites since a day', await find(`date_from=${daysAgo(1)}&is_favorite=true`), [rain.id]);
promise('the entries with a tag', await find(`tag_id=${tagIds[0]}`), [entry.id]);
promise('the entries of a kind', await find('entry_type=photo'), [entry.id]);
const streaks = (await as('GET', '/api/v1/journal/streaks', { status: 200 })).body;
promise('two days in a row', streaks.current_days, 2);

chapter("The subscription's limit is checked in PostgreSQL, exactly");
const plan = {
  code: `three-${run}`,
  name: 'Three',
  price: '1.00',
  currency: 'EUR',
  interval: 'month',
  entry_limit: 3,
};
await admin('POST', '/api/v1/plans', { body: plan, status: 201 });
await as('POST', '/api/v1/subscriptions', { body: { plan_code: plan.code }, status: 201 });
const note = (n) => ({
  title: `Note ${n}`,
  content: 'One of ten at once.',
  entry_type: 'text',
  entry_date: today,
});
const attempts = await Promise.all(
  Array.from({ length: 10 }, (_, n) => as('POST', '/api/v1/journal/entries', { body: note(n) })),
);
promise(
  'of ten at once exactly one is the third entry',
  attempts.filter(({ status }) => status === 201).length,
  1,
);
promise(
  'the others are told why',
  attempts.filter(({ status }) => status === 403).map(({ body }) => body.code),
  Array.from({ length: 9 }, () => 'journal.entry_limit_reached'),
);
promise(
  'the profile counts them',
  (await as('GET', '/api/v1/profile', { status: 200 })).body.total_entries,
  3,
);
const third = attempts.find(({ status }) => status === 201).body;
await as('DELETE', `/api/v1/journal/entries/${third.id}`, { status: 204 });
await as('POST', '/api/v1/journal/entries', { body: note(11), status: 201 });
say('✓ a deleted entry makes room for another one');

chapter('Moods with flexible factors (MongoDB)');
const mood = { category_id: categoryId, intensity: 8, factors: [{ name: 'Sleep', value: 'good' }] };
const good = (await as('POST', '/api/v1/moods', { body: mood, status: 201 })).body;
promise('the factors come back as they were', good.factors, mood.factors);
await as('POST', '/api/v1/moods', {
  body: { ...mood, intensity: 4, factors: [{ name: 'Sleep', value: 'bad' }] },
  status: 201,
});
await as('POST', '/api/v1/moods', { body: { ...mood, intensity: 11 }, status: 422 });
say('✓ an intensity is 1 to 10');
const week = `date_from=${daysAgo(6)}&date_to=${today}`;
const history = (await as('GET', `/api/v1/moods?${week}`, { status: 200 })).body.data;
promise(
  "the week's history, newest first",
  history.map(({ intensity }) => intensity),
  [4, 8],
);
const trends = await eventually(
  'the trend of the week counts both',
  async () => (await as('GET', `/api/v1/moods/trends?interval=day&${week}`, { status: 200 })).body,
  ({ data }) => data.some(({ count }) => count === 2),
);
promise('with their average', trends.data.find(({ count }) => count === 2).average_intensity, 6);
const slept = (value) => trends.factors.find((factor) => factor.name === 'Sleep' && factor.value === value);
promise(
  'and what goes with good and bad moods',
  [slept('good').average_intensity, slept('bad').average_intensity],
  [8, 4],
);

chapter('A focus session in real time (MongoDB)');
const pomodoro = { session_type: 'pomodoro', planned_duration_seconds: 1500 };
const session = (await as('POST', '/api/v1/focus-sessions', { body: pomodoro, status: 201 })).body;
const startedAt = performance.now();
await as('POST', '/api/v1/focus-sessions', { body: pomodoro, status: 409 });
say('✓ there is one active session for a user');
const active = (await as('GET', '/api/v1/focus-sessions/active', { status: 200 })).body;
promise('it is the active one', active.id, session.id);
const act = (what, body) =>
  as('POST', `/api/v1/focus-sessions/${session.id}/${what}`, body === undefined ? {} : { body });
const elapsed = async () =>
  (await as('GET', `/api/v1/focus-sessions/${session.id}`, { status: 200 })).body.elapsed_seconds;
await eventually(
  'a tick each second counts up',
  async () => {
    const seconds = Math.floor((performance.now() - startedAt) / 1_000);
    const { status } = await act('ticks', { elapsed_seconds: seconds });
    promise(`the tick of second ${seconds} is taken`, [200, 202].includes(status));
    return elapsed();
  },
  (seconds) => seconds >= 2,
);
const before = await elapsed();
await act('ticks', { ticks: [{ elapsed_seconds: 1 }, { elapsed_seconds: 1 }] });
promise('ticks that are late or repeated do not turn it back', (await elapsed()) >= before);
await act('ticks', { elapsed_seconds: 1_500 });
promise(
  'nor can it run faster than time',
  (await elapsed()) <= Math.ceil((performance.now() - startedAt) / 1_000),
);
promise('it pauses and resumes', [(await act('pause')).status, (await act('resume')).status], [200, 200]);
const completed = await act('complete', { productivity_rating: 4 });
promise('it ends with a rating', [completed.status, completed.body.productivity_rating], [200, 4]);
await act('resume').then(({ status }) => promise('and stays ended', status, 409));

chapter('Daily prompts');
const prompts = async () => (await as('GET', '/api/v1/prompts/today', { status: 200 })).body;
const set = await prompts();
promise('the set of the day is the same each time', await prompts(), set);
const [chosen] = set.prompts;
await as('POST', `/api/v1/prompts/today/${chosen.id}/complete`, { status: 200 });
promise(
  'what is done is marked',
  (await prompts()).prompts.find(({ id }) => id === chosen.id).completed_at !== null,
);

chapter('Analytics, aggregated in the background');
const insights = await eventually(
  'the dashboard knows entries, moods and sessions within seconds',
  async () => (await as('GET', '/api/v1/insights', { status: 200 })).body,
  (seen) => seen.entries === 3 && seen.moods === 2 && seen.focus_sessions === 1,
);
promise('with their average', insights.average_intensity, 6);
promise('and the streak of days', insights.current_streak_days, 2);
const calendar = (await as('GET', `/api/v1/insights/calendar?month=${today.slice(0, 7)}`, { status: 200 }))
  .body.data;
const dayShown = calendar.find(({ date }) => date === today);
promise('the calendar has today', [dayShown.entries, dayShown.moods], [2, 2]);

chapter('An export request, processed in the background');
const finished = (path) =>
  eventually(
    `${path} is done`,
    async () => (await as('GET', `/api/v1/${path}`, { status: 200 })).body,
    ({ state }) => !['pending', 'queued', 'running'].includes(state),
  );
const exported = (await as('POST', '/api/v1/exports', { body: { format: 'json' }, status: 202 })).body;
promise(
  'its state is not failed',
  (await finished(`exports/${exported.id}`)).state,
  (state) => state !== 'failed',
);
const file = await as('GET', `/api/v1/exports/${exported.id}/download`, { status: 200 });
promise(
  'it holds what was written',
  ['We watched the sunset', 'Sleep', 'pomodoro'].every((text) => file.text.includes(text)),
);
await admin('GET', `/api/v1/exports/${exported.id}/download`, { status: 404 });
say('✓ the link works for its owner alone');
const dry = { headers: { 'content-type': 'application/json' }, body: JSON.parse(file.text), status: 202 };
const imported = (await as('POST', '/api/v1/imports?dry_run=true', dry)).body;
promise(
  'and can be read in again',
  (await finished(`imports/${imported.id}`)).state,
  (state) => state !== 'failed',
);

chapter('Health');
promise(
  'both databases are there',
  (await send('GET', '/api/health', { status: 200 })).body.status,
  'healthy',
);
