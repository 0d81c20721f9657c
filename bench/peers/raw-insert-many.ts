// Fastify and the MongoDB driver alone: the same documents with the same indexes by one `insertMany`, without authentication,
// validation, deduplication by name, or counts.
import { fastify } from 'fastify';
import mongoose from 'mongoose';
import { newId } from '../../src/common/ids/ids.js';
import { bucketsOf } from '../../src/modules/analytics/analytics-event.js';
import { analyticsEventSchema } from '../../src/modules/analytics/analytics-event.schema.js';
import { HOST, port, staticBody } from './user-rows.js';

const connection = await mongoose.createConnection(process.env['MONGODB_URI'] ?? '').asPromise();
const events = connection.collection('raw_analytics_events');
for (const [keys, { unique }] of analyticsEventSchema.indexes())
  await events.createIndex(keys as Record<string, 1 | -1>, unique ? { unique: true } : {});

const app = fastify();
const text = staticBody();

interface Sent {
  event_name: string;
  user_id: string;
  message_id: string;
  properties: Record<string, unknown>;
}

const documentOf = (sent: Sent, now: Date) => ({
  _id: newId() as never,
  organization_id: 'raw',
  ...sent,
  event_category: null,
  anonymous_id: null,
  timestamp: now,
  received_at: now,
  ...bucketsOf(now),
});

// What tells that it has started.
app.get('/api/v1/users/:id', (_request, reply) => reply.type('application/json').send(text));

app.post<{ Body: { events: Sent[] } }>('/api/v1/analytics/batch', async ({ body }, reply) => {
  const now = new Date();
  await events.insertMany(
    body.events.map((sent) => documentOf(sent, now)),
    { ordered: false },
  );
  return reply.send({ stored: body.events.length });
});

app.post<{ Body: Sent }>('/api/v1/analytics/events', async ({ body }, reply) => {
  await events.insertOne(documentOf(body, new Date()));
  return reply.status(201).send({ stored: 1 });
});

const chunks = connection.collection('raw_chunks');
await chunks.createIndex({ execution_id: 1, stream: 1, seq: 1 }, { unique: true });

app.post<{ Body: { stream: string; seq: number; data: string } }>(
  '/api/v1/chunks',
  async ({ body }, reply) => {
    const now = new Date();
    await chunks.insertOne({ _id: newId() as never, execution_id: 'raw', ...body, received_at: now });
    return reply.status(201).send({ stored: 1 });
  },
);

await app.listen({ port: port(), host: HOST });
