// S0, "Example 07: mixed databases": PostgreSQL for structured data, MongoDB for flexible data, and events that
// carry each change from one into the other.
import { chapter, eventually, login, promise, run, say, title } from './lib/story.mjs';

title('Mixed databases (S0)');
const as = await login();
const activityOf = async (filter) =>
  (await as('GET', `/api/v1/activity?${filter}`, { status: 200 })).body.data;

chapter('Create a user (PostgreSQL)');
const account = {
  email: `admin-${run}@example.com`,
  username: `admin-${run}`,
  password_hash: 'hashed_password',
};
const created = await as('POST', '/api/v1/users', { body: account, status: 201 });
const userId = created.body.id;
promise('the user has an id, an e-mail address and a username', created.body, (user) => {
  return /^[0-9a-f-]{36}$/.test(userId) && user.email === account.email && user.username === account.username;
});
promise('no answer shows the hash', created.text.includes('hashed_password'), false);
promise('it has the moments of its creation and its last change', created.body, (user) => {
  return [user.created_at, user.updated_at].every((at) => Math.abs(Date.now() - Date.parse(at)) < 60_000);
});
const twin = { ...account, username: `other-${run}`, email: account.email.toUpperCase() };
const refused = await as('POST', '/api/v1/users', { body: twin, status: 409 });
promise('an e-mail address is unique, whatever its case', refused.body.code, 'users.email_taken');
const namesake = { ...account, email: `other-${run}@example.com` };
promise(
  'so is a username',
  (await as('POST', '/api/v1/users', { body: namesake, status: 409 })).body.code,
  'users.username_taken',
);

chapter('List, read, change and delete users');
const listed = await as('GET', `/api/v1/users?username=${account.username}`, { status: 200 });
promise(
  'the list finds it',
  listed.body.data.map(({ id }) => id),
  [userId],
);
const replacement = { email: account.email, username: account.username, avatar: 'https://example.com/a.png' };
await as('PUT', `/api/v1/users/${userId}`, { body: replacement, status: 200 });
const read = await as('GET', `/api/v1/users/${userId}`, { status: 200 });
promise('a change is read at once', read.body.avatar, replacement.avatar);
const guest = {
  email: `guest-${run}@example.com`,
  username: `guest-${run}`,
  password: 'correct horse battery',
};
const guestId = (await as('POST', '/api/v1/users', { body: guest, status: 201 })).body.id;
await as('DELETE', `/api/v1/users/${guestId}`, { status: 204 });
await as('GET', `/api/v1/users/${guestId}`, { status: 404 });
say('✓ a deleted user is gone');

chapter('Every change is in the activity log (MongoDB), with what is worth having twice');
const changes = await eventually(
  'user.created and user.updated are there, once each',
  () => activityOf(`user_id=${userId}`),
  (entries) =>
    entries
      .map((entry) => entry.event_type)
      .toSorted()
      .join() === 'user.created,user.updated',
);
promise('each names the address of the user, which PostgreSQL owns', changes[0].user_email, account.email);
promise('and the organisation', changes[0].organization_id, read.body.organization_id);

chapter('Log activity (MongoDB): the payload is whatever the event needs');
const view = { user_id: userId, event_type: 'page_view', payload: { page: '/dashboard', duration_ms: 1500 } };
const logged = await as('POST', '/api/v1/activity', { body: view, status: 201 });
promise('the payload comes back as it was', logged.body.payload, view.payload);
const cart = {
  user_id: userId,
  event_type: 'cart.filled',
  payload: { items: [{ sku: 'A-1', n: 2 }], gift: null },
};
await as('POST', '/api/v1/activity', { body: cart, status: 201 });
const views = await activityOf(`user_id=${userId}&event_type=page_view`);
promise(
  'it is found by user and event type',
  views.map(({ id }) => id),
  [logged.body.id],
);
const one = await as('GET', `/api/v1/activity/${logged.body.id}`, { status: 200 });
promise('and read by its id', one.body, logged.body);
await as('DELETE', `/api/v1/activity/${logged.body.id}`, { status: 405 });
say('✓ an audit trail is never changed');

chapter('Organisations (PostgreSQL): several tenants, none of which sees another');
const other = { name: 'Acme', slug: `acme-${run}` };
const acme = (await as('POST', '/api/v1/organizations', { body: other, status: 201 })).body;
const inAcme = { headers: { 'x-organization-id': acme.id } };
await as('GET', `/api/v1/activity/${logged.body.id}`, { ...inAcme, status: 404 });
await as('GET', `/api/v1/users/${userId}`, { ...inAcme, status: 404 });
say('✓ Acme sees neither the user nor the activity');

chapter('Deployments (PostgreSQL), logged in MongoDB by the event deployment.created');
const release = { environment: 'production', ref: 'v1.4.0' };
const deployment = (await as('POST', '/api/v1/deployments', { body: release, status: 201 })).body;
const [entry] = await eventually(
  'deployment.created reaches the activity log, once',
  () => activityOf(`event_type=deployment.created&resource_id=${deployment.id}`),
  (entries) => entries.length === 1,
);
promise('as a resource of the type deployment', entry.resource_type, 'deployment');
const statuses = `/api/v1/deployments/${deployment.id}/statuses`;
for (const state of ['in_progress', 'success']) await as('POST', statuses, { body: { state }, status: 201 });
await as('POST', statuses, { body: { state: 'in_progress' }, status: 409 });
say('✓ statuses are consistent: what has succeeded cannot begin again');

chapter('Logging in updates PostgreSQL, and MongoDB twice: activity and analytics');
const member = { email: `ada-${run}@example.com`, username: `ada-${run}`, password: 'correct horse battery' };
const memberId = (await as('POST', '/api/v1/users', { body: member, status: 201 })).body.id;
await login({ email: member.email, password: member.password });
const seen = await as('GET', `/api/v1/users/${memberId}`, { status: 200 });
promise('PostgreSQL knows the last login', Date.parse(seen.body.last_login_at) > 0);
await eventually(
  'one activity entry user.login',
  () => activityOf(`user_id=${memberId}&event_type=user.login`),
  (entries) => entries.length === 1,
);
const [event] = await eventually(
  'one analytics event user_login',
  async () =>
    (await as('GET', `/api/v1/analytics/events?event_name=user_login&user_id=${memberId}`)).body.data,
  (events) => events.length === 1,
);
promise('in the category authentication', event.event_category, 'authentication');

chapter('Configs (PostgreSQL): versions and checksums');
const config = `/api/v1/configs/production/api-${run}`;
const v1 = (await as('PUT', config, { body: { content: { retries: 3 } }, status: 201 })).body;
const v2 = (await as('PUT', config, { body: { content: { retries: 5 } }, status: 200 })).body;
promise('each content is a version', [v1.version, v2.version], [1, 2]);
promise(
  'with a SHA-256 of its own',
  [v1, v2].every(({ checksum }) => /^[0-9a-f]{64}$/.test(checksum)),
);
const back = (await as('POST', `${config}/rollback`, { body: { version: 1 }, status: 200 })).body;
promise('a rollback is a new version of the old content', [back.version, back.checksum], [3, v1.checksum]);

chapter('API keys (PostgreSQL): unique, stored safely, revoked at once');
const newKey = { name: 'CI', scopes: ['users:read'], environment: 'test' };
const key = (await as('POST', '/api/v1/api-keys', { body: newKey, status: 201 })).body;
const withKey = { token: key.key };
await as('GET', `/api/v1/users/${userId}`, { ...withKey, status: 200 });
await as('POST', '/api/v1/activity', { ...withKey, body: view, status: 403 });
say('✓ it may what its scopes say, and nothing else');
promise('it is shown once', (await as('GET', `/api/v1/api-keys/${key.id}`)).text.includes(key.key), false);
await as('DELETE', `/api/v1/api-keys/${key.id}`, { status: 204 });
await as('GET', `/api/v1/users/${userId}`, { ...withKey, status: 401 });
say('✓ once revoked it is refused by the next request');

chapter('Execution outputs (MongoDB): results of any structure');
const execution = { name: 'migrate', deployment_id: deployment.id, input: { dry_run: false } };
const { id: runId } = (await as('POST', '/api/v1/executions', { body: execution, status: 201 })).body;
await as('PATCH', `/api/v1/executions/${runId}`, { body: { state: 'running' }, status: 200 });
const chunk = { stream: 'stdout', seq: 0, data: 'Applying 0001…\n' };
await as('POST', `/api/v1/executions/${runId}/output`, { body: chunk, status: 201 });
const result = { migrated: 12, tables: { users: ['avatar'] }, warnings: [] };
const ended = { state: 'succeeded', result, exit_code: 0 };
await as('PATCH', `/api/v1/executions/${runId}`, { body: ended, status: 200 });
const finished = await as('GET', `/api/v1/executions/${runId}`, { status: 200 });
promise('the result comes back as it was', finished.body.result, result);
const output = await as('GET', `/api/v1/executions/${runId}/output`, { headers: { accept: 'text/plain' } });
promise('so does the output', output.text, chunk.data);

chapter('Analytics events (MongoDB): properties of their own for each event');
const order = {
  event_name: 'Order Completed',
  user_id: memberId,
  properties: { plan: 'pro', total: '99.90' },
};
const once = { ...order, message_id: `order-${run}` };
await as('POST', '/api/v1/analytics/events', { body: once, status: 201 });
await as('POST', '/api/v1/analytics/events', { body: once, status: 200 });
say('✓ the same message twice is one event');
const orders = await as('GET', `/api/v1/analytics/events?user_id=${memberId}&message_id=${once.message_id}`);
promise(
  'its properties come back',
  orders.body.data.map(({ properties }) => properties),
  [order.properties],
);

chapter('Create a feature flag (MongoDB): rules as nested as they have to be');
const flag = {
  key: `new_dashboard_${run}`,
  name: 'New Dashboard',
  flag_type: 'boolean',
  default_value: false,
  rollout_percentage: 10,
  environments: { development: { enabled: true }, production: { enabled: false } },
};
await as('POST', '/api/v1/features', { body: flag, status: 201 });
const evaluate = async (environment, userId, extra = {}) => {
  const context = { userId, ...extra };
  const body = { environment, context, keys: [flag.key] };
  return (await as('POST', '/api/v1/features/evaluate', { body, status: 200 })).body.flags[flag.key].value;
};
promise('in production it is off for everyone', await evaluate('production', 'ada'), false);
const people = Array.from({ length: 200 }, (_, n) => `person-${n}`);
const answers = await Promise.all(people.map((person) => evaluate('development', person)));
const share = answers.filter(Boolean).length / people.length;
promise(
  `in development it is on for about 10 % (${(share * 100).toFixed(1)} %)`,
  share > 0.02 && share < 0.22,
);
promise('and for one person always the same', await evaluate('development', people[0]), answers[0]);
const rule = { contextName: 'email', operator: 'STR_ENDS_WITH', values: ['@example.com'] };
const targeted = {
  enabled: true,
  strategies: [{ name: 'default', constraints: [rule] }],
  rollout_percentage: 0,
};
await as('PUT', `/api/v1/features/${flag.key}/environments/production`, { body: targeted, status: 200 });
promise(
  'a rule targets whom it names, from the next request on',
  [
    await evaluate('production', 'ada', { email: 'ada@example.com' }),
    await evaluate('production', 'eve', { email: 'eve@elsewhere.test' }),
  ],
  [true, false],
);

chapter('Notification templates (MongoDB): a text in several languages');
const template = {
  key: `welcome-${run}`,
  channel: 'email',
  default_locale: 'en',
  variables: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  variants: {
    en: { subject: 'Welcome, {name}', body: 'Hello {name}!' },
    de: { subject: 'Willkommen, {name}', body: 'Hallo {name}!' },
  },
};
const at = `/api/v1/notification-templates/${template.key}`;
await as('POST', '/api/v1/notification-templates', { body: template, status: 201 });
await as('POST', `${at}/publish`, { status: 200 });
const render = async (locale) => {
  const body = { locale, variables: { name: 'Ada' } };
  return (await as('POST', `${at}/render`, { body, status: 200 })).body.fields.subject;
};
promise('in German', await render('de-AT'), { text: 'Willkommen, Ada', locale: 'de' });
promise('in English where a language is missing', await render('fr'), {
  text: 'Welcome, Ada',
  locale: 'en',
});
