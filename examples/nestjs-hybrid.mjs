// S1, "Database documentation": a NestJS API on PostgreSQL (users, subscriptions), MongoDB (logs, analytics) and
// Redis (cache, sessions).
import { chapter, eventually, login, promise, run, say, send, title } from './lib/story.mjs';

title('A NestJS API on three databases (S1)');
const as = await login();
const cacheStatus = ({ headers }) => headers.get('cache-status');

chapter('Health: a real round trip to each store');
const health = await send('GET', '/health/database', { status: 200 });
promise("it has Terminus' shape", Object.keys(health.body).toSorted(), [
  'details',
  'error',
  'info',
  'status',
]);
promise(
  'all three are up',
  ['postgres', 'mongodb', 'redis'].map((store) => health.body.details[store].status),
  ['up', 'up', 'up'],
);

chapter('A write: validated, stored in PostgreSQL, logged in MongoDB, invalid in Redis');
const account = {
  email: `grace-${run}@example.com`,
  username: `grace-${run}`,
  password: 'correct horse battery',
};
const invalid = await as('POST', '/api/v1/users', {
  body: { ...account, email: 'not an address' },
  status: 422,
});
promise(
  'what is invalid is refused by its field',
  invalid.body.errors.map(({ path }) => path),
  ['email'],
);
const { id } = (await as('POST', '/api/v1/users', { body: account, status: 201 })).body;
const grace = await login({ email: account.email, password: account.password });

chapter('A read: Redis first, the database where it has nothing');
const profile = () => grace('GET', '/api/v1/profile', { status: 200 });
const miss = await profile();
const hit = await profile();
promise('the first read is a miss, and stored', cacheStatus(miss), (text) =>
  /^triptych; fwd=miss; stored/.test(text),
);
promise('the second one a hit', cacheStatus(hit), (text) => /^triptych; hit/.test(text));
promise(
  'it is kept for five minutes',
  Number(/ttl=(\d+)/.exec(cacheStatus(hit))?.[1]),
  (ttl) => ttl > 240 && ttl <= 300,
);
promise('both are the same, byte for byte', hit.text, miss.text);
const unchanged = { headers: { 'if-none-match': hit.headers.get('etag') } };
await grace('GET', '/api/v1/profile', { ...unchanged, status: 304 });
say('✓ a client that has it already gets 304');

chapter('The cache never lies: a write is read at once, and every user sees only what is theirs');
const avatar = 'https://example.com/grace.png';
await grace('PATCH', '/api/v1/profile', { body: { avatar }, status: 200 });
promise('the new avatar is in the next read', (await profile()).body.avatar, avatar);
promise("another user's profile is another one", (await as('GET', '/api/v1/profile')).body.id !== id);
await eventually(
  'the change is in the activity log of MongoDB',
  async () => (await as('GET', `/api/v1/activity?user_id=${id}&event_type=user.updated`)).body.data,
  (entries) => entries.length === 1,
);

chapter('Subscriptions (PostgreSQL), found by user and by status');
const plan = (await as('GET', '/api/v1/plans/pro', { status: 200 })).body;
const subscription = (
  await grace('POST', '/api/v1/subscriptions', { body: { plan_code: 'pro' }, status: 201 })
).body;
promise(
  'the user has the plan at its price',
  [subscription.plan_code, subscription.price],
  ['pro', plan.price],
);
promise('it is active', subscription.status, 'active');
const found = await as('GET', `/api/v1/subscriptions?user_id=${id}&status=active`, { status: 200 });
promise(
  'it is found by user and status',
  found.body.data.map((one) => one.id),
  [subscription.id],
);
const second = await grace('POST', '/api/v1/subscriptions', { body: { plan_code: 'pro' }, status: 409 });
promise('there is no second one beside it', second.body.status, 409);
const summary = (await profile()).body;
promise('the profile shows it, though it was cached', summary.subscription?.plan_code, 'pro');
await grace('POST', `/api/v1/subscriptions/${subscription.id}/cancel`, {
  body: { at_period_end: false },
  status: 200,
});
const canceled = await as('GET', `/api/v1/subscriptions?user_id=${id}&status=canceled`, { status: 200 });
promise(
  'once canceled it is found as such',
  canceled.body.data.map((one) => one.id),
  [subscription.id],
);

chapter('Logs (MongoDB): every request, found by level, endpoint, method and user');
await grace('GET', '/api/v1/users/01981c7e-0000-7000-8000-000000000000', { status: 404 });
const warnings = await eventually(
  'the 404 of a moment ago is a warning in the log',
  async () =>
    (await as('GET', `/api/v1/request-logs?level=warn&user_id=${id}&method=GET&status=404`, { status: 200 }))
      .body.data,
  (lines) => lines.length === 1,
);
promise('it has what a log needs', Object.keys(warnings[0]), (names) => {
  return ['timestamp', 'level', 'user_id', 'endpoint', 'method', 'status', 'duration_ms'].every((name) =>
    names.includes(name),
  );
});
promise('and the pattern of the route, never an id', warnings[0].endpoint, '/api/v1/users/{id}');
const times = await as('GET', '/api/v1/request-logs/summary', { status: 200 });
promise(
  'times are summed up by endpoint',
  times.body.data.some(({ p95_ms: p95 }) => p95 > 0),
);

chapter('Analytics (MongoDB): counted exactly');
const name = `Signed Up ${run}`;
const events = Array.from({ length: 50 }, (_, n) => ({ event_name: name, user_id: `visitor-${n % 10}` }));
await as('POST', '/api/v1/analytics/batch', { body: { events }, status: 200 });
const top = await eventually(
  'fifty events of ten persons',
  async () => (await as('GET', '/api/v1/analytics/top?limit=100', { status: 200 })).body.data,
  (rows) => rows.some((row) => row.event_name === name && row.count === 50 && row.users === 10),
);
say(`${top.length} kinds of events so far`);

chapter('Sessions: listed, and refused once they have ended');
const sessions = await grace('GET', '/api/v1/auth/sessions', { status: 200 });
promise(
  'the session of this login is there',
  sessions.body.data.filter((session) => session.is_current).length,
  1,
);
await grace('POST', '/api/v1/auth/logout', { status: 204 });
await grace('GET', '/api/v1/profile', { status: 401 });
say('✓ after the logout the next request is refused, whatever is cached');

chapter('Performance metrics');
const metrics = (await send('GET', '/metrics', { status: 200 })).text;
const has = (metric) => new RegExp(`^${metric}(?:\\{| )`, 'm').test(metrics);
promise('connection pool utilization', has('triptych_postgres_pool_connections_active'));
promise('query execution times', has('triptych_store_operation_duration_seconds_count'));
promise('cache hit and miss ratios', has('triptych_cache_hit_ratio') && has('triptych_cache_reads_total'));
promise('database size', has('triptych_postgres_database_size_bytes'));
promise('index usage', has('triptych_postgres_index_scans'));
