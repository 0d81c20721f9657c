import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';

import { FEATURES } from '../../features.js';
import { etagOf, matchesNone } from '../../common/http/etag.js';
import { API_KEY, BEARER, completeDocument } from './complete-document.js';
import { restoreNullableFields } from './nullable-fields.js';
import { operationIdOf, routeFacts } from './route-facts.js';

const DOCUMENT_PATH = '/api/openapi.json';

const DESCRIPTION = `One API over PostgreSQL, MongoDB and Redis.

Errors are problem details (RFC 9457); a path that has other methods than the one used answers 405 with \`Allow\`.
Lists are pages: pass \`page.next_cursor\` as \`cursor\` to get the next one, until it is null.`;

const TAGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(FEATURES.map(({ name, about }) => [name, about])),
  admin: 'For the administrators of the platform.',
  operation: 'For those who run the service.',
};

const builder = (basePath: string) => {
  const document = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Triptych')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addServer(basePath === '' ? '/' : basePath)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A session token or an API key.' }, BEARER)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' }, API_KEY)
    .addBasicAuth(
      { type: 'http', scheme: 'basic', description: 'An API key as the user name.' },
      'segmentWriteKey',
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'Authorization', description: 'An API key, without a scheme.' },
      'unleashToken',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN, where it is set.' },
      'metrics',
    );
  for (const [name, description] of Object.entries(TAGS)) document.addTag(name, description);
  return document.build();
};

/** The document of an initialised application: every route, with every status that it can answer. */
export function buildOpenApiDocument(app: NestFastifyApplication, basePath = ''): OpenAPIObject {
  const raw = SwaggerModule.createDocument(app, builder(basePath), { operationIdFactory: operationIdOf });
  const document = cleanupOpenApiDoc(raw, { version: '3.1' });
  restoreNullableFields(app, document);
  addOwnPath(document);
  completeDocument(document, routeFacts(app));
  return document;
}

function addOwnPath({ paths }: OpenAPIObject): void {
  paths[DOCUMENT_PATH] = {
    get: {
      operationId: 'openapiDocument',
      summary: 'This document',
      tags: ['operation'],
      responses: {
        200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
        304: { description: 'Not modified: the ETag in If-None-Match is still the current one.' },
      },
    },
  };
}

/** `GET /api/openapi.json` and `GET /docs`. The document is built once, at the first request for it. */
export function setupOpenApi(app: NestFastifyApplication, basePath: string): void {
  let document: OpenAPIObject | null = null;
  let serialised: { body: Buffer; etag: string } | null = null;
  const theDocument = () => (document ??= buildOpenApiDocument(app, basePath));
  const theBytes = () => {
    if (serialised) return serialised;
    const text = JSON.stringify(theDocument());
    // As bytes, because encoding more than a megabyte for each answer takes long.
    return (serialised = { body: Buffer.from(text), etag: etagOf(text) });
  };
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get(DOCUMENT_PATH, (request, reply) => {
    const { body, etag } = theBytes();
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (matchesNone(request.headers['if-none-match'] ?? '', etag)) return reply.status(304).send();
    return reply.type('application/json; charset=utf-8').send(body);
  });
  SwaggerModule.setup('docs', app, theDocument, {
    raw: false,
    customSiteTitle: 'Triptych API',
    // Otherwise the page sends the document's address to an external validator.
    swaggerOptions: { validatorUrl: null, displayRequestDuration: true },
  });
}
