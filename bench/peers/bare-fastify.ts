// Fastify alone: an answer that is there already, and postgres.js without anything around it. No authentication, no
// log, no validators: what is left when everything that the API promises is taken away.
import { hash } from 'node:crypto';

import { fastify } from 'fastify';
import { z } from 'zod';

import { openDocuments } from './document-rows.js';
import { HOST, openRows, port, staticBody } from './user-rows.js';

const JSON_TYPE = 'application/json; charset=utf-8';

const rows = openRows();
const documents = openDocuments();
const text = staticBody();
const { organization_id: orgId } = z.object({ organization_id: z.string() }).parse(JSON.parse(text));

const app = fastify();

app.get('/static', (_request, reply) => reply.header('content-type', JSON_TYPE).send(text));

app.get<{ Params: { id: string } }>('/api/v1/users/:id', async (request, reply) => {
  const user = await rows.user(request.params.id);
  return user ?? reply.status(404).send();
});

app.get<{ Params: { id: string } }>('/api/v1/organizations/:id', async (request, reply) => {
  const organization = await rows.organization(request.params.id);
  return organization ?? reply.status(404).send();
});

app.post<{ Body: { email: string; username: string } }>('/api/v1/users', async (request, reply) => {
  const { email, username } = request.body;
  return reply.status(201).send(await rows.insertUser(orgId, email, username));
});

app.get<{ Params: { key: string } }>('/api/v1/documents/:key', async (request, reply) => {
  const document = await documents.byKey(orgId, request.params.key);
  return document ?? reply.status(404).send();
});

interface NewTransaction {
  user_id: string;
  amount: string;
  transaction_type: string;
}

app.post<{ Body: NewTransaction }>('/api/v1/transactions', async ({ body }, reply) => {
  const { user_id: userId, amount, transaction_type: type } = body;
  return reply.status(201).send(await rows.insertTransaction(orgId, userId, amount, type));
});

app.get<{ Querystring: { user_id: string; to: string; limit: string } }>(
  '/api/v1/transactions',
  async ({ query }) => ({
    data: await rows.transactions(orgId, query.user_id, query.to, Number(query.limit)),
    page: { limit: Number(query.limit), next_cursor: null },
  }),
);

app.post<{ Body: { key: string } }>('/api/v1/api-keys/verify', async (request) => {
  const key = await rows.key(hash('sha256', request.body.key, 'hex'));
  return { code: key ? 'VALID' : 'NOT_FOUND', ...key };
});

await app.listen({ port: port(), host: HOST });
