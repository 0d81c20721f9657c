import type { OpenAPIObject } from '@nestjs/swagger';

import { declaredExample, exampleOf } from './example-of.js';
import { completeForeign } from './foreign-operations.js';
import { addLinks } from './links.js';
import {
  type Components,
  type HeaderObjects,
  type Operation,
  operationsOf,
  type PlacedOperation,
  type ResponseObject,
} from './openapi-types.js';
import {
  isProblemStatus,
  problemReference,
  problemResponses,
  problemSchema,
  type ProblemStatus,
} from './problem-responses.js';
import type { RouteFacts } from './route-facts.js';

export const BEARER = 'bearer';
export const API_KEY = 'apiKey';

const header = (description: string): HeaderObjects[string] => ({ description, schema: { type: 'string' } });

const EVERY_RESPONSE: HeaderObjects = { 'X-Request-Id': header('The id of this request, in our log too.') };
const CREATED: HeaderObjects = { Location: header('Where the new resource is, if it can be read.') };
const CACHED: HeaderObjects = {
  ETag: header('A strong validator of these bytes (RFC 9110).'),
  'Cache-Status': header('`triptych; hit; ttl=57` or `triptych; fwd=miss; stored` (RFC 9211).'),
  'Cache-Control': header('`private, no-cache`: ask each time, with the ETag.'),
  'X-Data-Source': header(
    'Where the answer was read: postgres, mongodb, redis, memory, cache-stale; or, of a 202, postgres-spool.',
  ),
};

const API = '/api/v1/';
const NOTHING: RouteFacts = {
  isPublic: true,
  isCached: false,
  isStream: false,
  foreign: null,
  ignoresIdempotencyKey: false,
};

/** The second path of a route has the facts of the first: `roomsList2` those of `roomsList`. */
const factsOf = (facts: ReadonlyMap<string, RouteFacts>, id = ''): RouteFacts =>
  facts.get(id) ?? facts.get(id.replace(/\d+$/, '')) ?? NOTHING;

/**
 * Adds everything that follows from the kind of a route: errors, headers, security and examples. Changes the document.
 */
export function completeDocument(document: OpenAPIObject, facts: ReadonlyMap<string, RouteFacts>): void {
  const components: Components = (document.components ??= {});
  const schemas = (components.schemas ??= {});
  schemas['Problem'] = problemSchema;
  components.responses = { ...components.responses, ...problemResponses(EVERY_RESPONSE) };
  for (const placed of operationsOf(document)) {
    const known = factsOf(facts, placed.operation.operationId);
    if (known.foreign) {
      completeForeign(placed, known.foreign, known.isPublic);
      addHeaders(placed, known);
      addExamples(placed.operation, schemas);
      continue;
    }
    if (!placed.operation.security)
      placed.operation.security = known.isPublic ? [] : [{ [BEARER]: [] }, { [API_KEY]: [] }];
    const { responses } = placed.operation;
    for (const status of errorsOf(placed, known)) responses[status] ??= problemReference(status);
    for (const status of namedOnly(placed.operation)) responses[status] = problemReference(status);
    addCaching(placed, known);
    addOrganization(placed, known);
    addIdempotency(placed, known);
    addMergePatch(placed);
    addHeaders(placed, known);
    addExamples(placed.operation, schemas);
  }
  addLinks(document);
}

/** Statuses that the server itself can answer on every path. */
const EVERYWHERE: readonly ProblemStatus[] = [400, 408, 414, 417, 431, 500];

/** The statuses that this kind of route can answer, besides those that it declares. */
function errorsOf({ path, method, operation }: PlacedOperation, { isPublic }: RouteFacts): ProblemStatus[] {
  const needsCredential = (operation.security ?? []).length > 0;
  // Health and metrics are answered whatever the request accepts, and whichever store is down.
  if (!path.startsWith(API) && isPublic) return needsCredential ? [...EVERYWHERE, 401] : [...EVERYWHERE];
  const statuses: ProblemStatus[] = [...EVERYWHERE, 429, 503];
  if (needsCredential) statuses.push(401, 403);
  else if (method === 'post') statuses.push(401);
  if (path.includes('{')) statuses.push(404);
  if (method !== 'get' && needsCredential) statuses.push(409);
  // A POST without a body can still reuse an Idempotency-Key for a different request.
  if (operation.requestBody || (method === 'post' && needsCredential)) statuses.push(413, 415, 422);
  if (hasParameter(operation, 'if-match')) statuses.push(412);
  return statuses;
}

const hasParameter = ({ parameters = [] }: Operation, name: string): boolean =>
  parameters.some((parameter) => 'name' in parameter && parameter.name.toLowerCase() === name);

/** Errors of this route only. It declares the status, and the shared response describes it. */
const namedOnly = ({ responses }: Operation): ProblemStatus[] =>
  Object.entries(responses).flatMap(([key, response]) => {
    const status = Number(key);
    const isNamed = response && !('$ref' in response) && response.content === undefined;
    return isNamed && isProblemStatus(status) ? [status] : [];
  });

/** Every read for one principal has a validator, even if the answer is never cached here. */
const hasValidator = ({ method, operation }: PlacedOperation, facts: RouteFacts): boolean =>
  facts.isCached || (method === 'get' && !facts.isPublic && (!facts.isStream || answersJson(operation)));

/** Some streams are a page, too, for clients that accept JSON. */
function answersJson({ responses }: Operation): boolean {
  const response = responses[200];
  return response !== undefined && 'content' in response && 'application/json' in (response.content ?? {});
}

function addCaching(placed: PlacedOperation, known: RouteFacts): void {
  if (!hasValidator(placed, known)) return;
  const { operation } = placed;
  operation.responses[304] ??= {
    description: 'Not modified: the ETag in If-None-Match is still the current one.',
  };
  if (hasParameter(operation, 'if-none-match')) return;
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: 'If-None-Match',
      in: 'header',
      required: false,
      description: 'The ETag that you have; 304 while it is current.',
      schema: { type: 'string' },
    },
  ];
}

function addOrganization({ operation }: PlacedOperation, { isPublic }: RouteFacts): void {
  if (isPublic) return;
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: 'X-Organization-Id',
      in: 'header',
      required: false,
      description:
        'The organisation to act in, of those that you belong to. Else the one of the session or key.',
      schema: { type: 'string', format: 'uuid' },
    },
  ];
}

function addIdempotency({ method, operation }: PlacedOperation, known: RouteFacts): void {
  const { isPublic, ignoresIdempotencyKey } = known;
  if (method !== 'post' || isPublic || ignoresIdempotencyKey || hasParameter(operation, 'idempotency-key'))
    return;
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'The first result is kept for 24 hours and repeated for the same key and request.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
  ];
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!status.startsWith('2') || !response || '$ref' in response) continue;
    response.headers = {
      'Idempotency-Replayed': header('`true` where this is a repetition.'),
      ...response.headers,
    };
  }
}

/** Every PATCH is a merge patch (RFC 7396), under either media type. */
function addMergePatch({ method, operation: { requestBody } }: PlacedOperation): void {
  if (method !== 'patch' || !requestBody || '$ref' in requestBody) return;
  const json = requestBody.content['application/json'];
  if (json) requestBody.content['application/merge-patch+json'] ??= { ...json };
}

function addHeaders(placed: PlacedOperation, known: RouteFacts): void {
  const { operation } = placed;
  const isRead = hasValidator(placed, known);
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    const cached = isRead && (status === '200' || status === '304') ? CACHED : {};
    const created = status === '201' ? CREATED : {};
    response.headers = { ...EVERY_RESPONSE, ...cached, ...created, ...response.headers };
    if (response.description === '') response.description = DESCRIPTIONS[status] ?? 'Done.';
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'Found, or done.',
  201: 'Created.',
  202: 'Accepted: it will be done.',
  204: 'Done; there is nothing to say.',
};

function addExamples(operation: Operation, schemas: NonNullable<Components['schemas']>): void {
  const body = operation.requestBody;
  if (body && 'content' in body) {
    for (const media of Object.values(body.content)) {
      if (media.schema) media.example ??= declaredExample(media.schema, schemas);
    }
  }
  for (const response of Object.values(operation.responses)) {
    if (!response || '$ref' in response) continue;
    for (const media of Object.values((response as ResponseObject).content ?? {})) {
      if (media.schema) media.example ??= exampleOf(media.schema, schemas);
    }
  }
}
