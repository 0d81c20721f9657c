// S2, "Layer 8: polyglot persistence": PostgreSQL for money, MongoDB for documents, Redis in front of both.
import { chapter, eventually, login, promise, run, say, send, title } from './lib/story.mjs';

title('Polyglot persistence (S2)');
const as = await login();
const customer = `user123-${run}`;

chapter('Is it healthy?');
const health = await send('GET', '/health', { status: 200 });
promise('all three databases answer', health.body.status, 'healthy');
promise('it is layer 8', health.body.layer, '8-polyglot-persistence');
promise('its databases have names', health.body.databases, ['PostgreSQL', 'MongoDB', 'Redis']);

chapter('Write a transaction: PostgreSQL, because money must be exact');
const purchase = { user_id: customer, amount: 99.99, transaction_type: 'purchase' };
const written = await as('POST', '/write/transaction', { body: purchase, status: 201 });
const { transaction_id: id, ...receipt } = written.body;
promise('the answer says where it is stored', receipt, {
  success: true,
  message: 'Transaction written to PostgreSQL',
  stored_in: 'PostgreSQL',
});
promise('its id is a number, as a SERIAL is', id, Number.isSafeInteger);

chapter('Read it: first from PostgreSQL, then from the Redis cache');
const first = await as('GET', `/read/transaction/${customer}`, { status: 200 });
const second = await as('GET', `/read/transaction/${customer}`, { status: 200 });
promise('the first read asks PostgreSQL', first.body.source, 'postgres');
promise('the second one the cache', second.body.source, 'cache');
promise('both show the same rows', second.body.value, first.body.value);
const [{ created_at: createdAt, ...row }] = first.body.value;
promise('the row is what was written, its amount a number', row, { id, ...purchase });
promise('it says when', Date.parse(createdAt), (at) => Math.abs(Date.now() - at) < 60_000);

chapter('Write a document: MongoDB, because its shape is its own');
const profile = {
  name: 'John Doe',
  email: 'john@example.com',
  preferences: { theme: 'dark', notifications: true },
};
const profileKey = `user_profile_123-${run}`;
const stored = await as('POST', '/write/document', {
  body: { key: profileKey, data: profile },
  status: 201,
});
promise('the answer says where it is stored', stored.body, {
  success: true,
  key: profileKey,
  data: profile,
  from_cache: false,
  stored_in: 'MongoDB',
});

chapter('Read it: first from MongoDB, then from the Redis cache');
const readDocument = async (key) => (await as('GET', `/read/document/${key}`, { status: 200 })).body;
const shown = { success: true, key: profileKey, data: profile };
promise('the first read asks MongoDB', await readDocument(profileKey), {
  ...shown,
  from_cache: false,
  stored_in: 'MongoDB',
});
promise('the second one Redis', await readDocument(profileKey), {
  ...shown,
  from_cache: true,
  stored_in: 'Redis (cache)',
});

chapter('Any shape goes: a product beside the profile');
const product = {
  name: 'Laptop',
  price: 999.99,
  specs: { ram: '16GB', storage: '512GB SSD' },
  reviews: [{ stars: 5, text: 'Fast.' }],
};
const productKey = `product_456-${run}`;
await as('POST', '/write/document', { body: { key: productKey, data: product }, status: 201 });
promise('it comes back as it went in', (await readDocument(productKey)).data, product);

chapter("An e-commerce order: purchase, profile, the user's history");
const order = { user_id: customer, amount: '19.90', transaction_type: 'purchase' };
await as('POST', '/write/transaction', { body: order, status: 201 });
await as('POST', '/write/document', {
  body: { key: profileKey, data: { ...profile, orders_count: 15 } },
  status: 201,
});
const profileAfter = await readDocument(profileKey);
promise('the write made the cached profile invalid', profileAfter.from_cache, false);
promise('so the new one is read at once', profileAfter.data.orders_count, 15);
const history = await as('GET', `/read/transaction/${customer}`, { status: 200 });
promise('the cached history is invalid, too', history.body.source, 'postgres');
promise(
  'and shows both purchases, exactly',
  history.body.value.map(({ amount }) => amount).toSorted((a, b) => a - b),
  [19.9, 99.99],
);

chapter('A content platform: an article and the subscription that pays for it');
const articleKey = `article:456-${run}`;
const article = { title: 'Three stores, one API', content: 'Each record lives where it fits.', tags: ['db'] };
await as('POST', '/write/document', { body: { key: articleKey, data: article }, status: 201 });
const subscription = { user_id: customer, amount: 5, transaction_type: 'subscription' };
await as('POST', '/write/transaction', { body: subscription, status: 201 });
const article1 = await readDocument(encodeURIComponent(articleKey));
const article2 = await readDocument(encodeURIComponent(articleKey));
promise('the article is read', article2.data, article);
promise(
  'from MongoDB, then from Redis',
  [article1.stored_in, article2.stored_in],
  ['MongoDB', 'Redis (cache)'],
);

chapter('ACID: twenty at once are twenty, and what is refused leaves nothing');
const crowd = `crowd-${run}`;
const tenth = { user_id: crowd, amount: '0.10', transaction_type: 'fee' };
await Promise.all(
  Array.from({ length: 20 }, () => as('POST', '/write/transaction', { body: tenth, status: 201 })),
);
await as('POST', '/write/transaction', { body: { ...tenth, amount: '0.105' }, status: 422 });
await as('POST', '/write/transaction', { body: { ...tenth, amount: 'a lot' }, status: 422 });
const ofCrowd = await as('GET', `/read/transaction/${crowd}`, { status: 200 });
promise(
  'there are twenty rows, each with an id of its own',
  new Set(ofCrowd.body.value.map((r) => r.id)).size,
  20,
);
const sums = await as('GET', '/api/v1/transactions/summary?group_by=user_id', { status: 200 });
promise('their sum is exact', sums.body.data.find(({ group }) => group === crowd).total, '2.00');

chapter('Errors');
await as('GET', `/read/document/missing-${run}`, { status: 404 });
say('✓ a document that is not there is 404');
promise(
  'an unknown user has no transactions',
  (await as('GET', `/read/transaction/none-${run}`)).body.value,
  [],
);

chapter('Statistics');
const stats = await eventually(
  'the figures count what this story has written',
  async () => (await as('GET', '/stats', { status: 200 })).body,
  (figures) => figures.total_transactions >= 23 && figures.total_documents >= 3,
);
promise('they are the five that the document names', Object.keys(stats).toSorted(), [
  'cache_keys',
  'mongodb_connections',
  'postgres_pool_size',
  'total_documents',
  'total_transactions',
]);
say(JSON.stringify(stats));
