import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { withoutBasePath } from '../../src/common/http/base-path.js';
import { Config } from '../../src/config/config.js';
import { buildOpenApiDocument } from '../../src/ops/openapi/openapi.js';
import { operationsOf, type PlacedOperation } from '../../src/ops/openapi/openapi-types.js';

/** An answer to compare with the document. */
export interface SentAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: unknown;
}

const DOCUMENT = 'document';
/** A single JSON text. NDJSON contains many. */
const JSON_TYPE = /^application\/(?:json|[a-z.-]+\+json)$/;
/** Routes that a test adds to try general behaviour. They are not documented. */
const TRIAL = /(?:^|\/)trial\//;
const pointer = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

/** The answers that an application's OpenAPI document allows. */
class Contract {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly operations: (PlacedOperation & { pattern: RegExp })[];
  private readonly relative: (path: { url: string }) => string;

  constructor(
    private readonly document: OpenAPIObject,
    basePath: string,
  ) {
    this.relative = withoutBasePath(basePath);
    this.ajv.addSchema(document, DOCUMENT);
    this.operations = operationsOf(document)
      .map((placed) => ({ ...placed, pattern: patternOf(placed.path) }))
      // A fixed path comes before one with a parameter in the same place.
      .sort((a, b) => (rankOf(a.path) < rankOf(b.path) ? -1 : 1));
  }

  /** Null: the answer is as described, or the route is not described. Otherwise what is wrong. */
  faultOf(method: string, url: string, answer: SentAnswer): string | null {
    const path = this.relative({ url }).split('?', 1)[0] ?? '';
    const resource = this.operations.find(({ pattern }) => pattern.test(path))?.path;
    const placed = this.operations.find(
      (candidate) => candidate.path === resource && candidate.method === method.toLowerCase(),
    );
    if (!placed || TRIAL.test(path)) return null;
    const response: unknown = placed.operation.responses[answer.status];
    if (response === undefined) return `the status ${answer.status} is not described`;
    return this.faultOfBody(placed, answer);
  }

  private faultOfBody(placed: PlacedOperation, answer: SentAnswer): string | null {
    const response = placed.operation.responses[answer.status];
    const isShared = response !== undefined && '$ref' in response;
    const at = isShared
      ? response.$ref.slice(1)
      : pointer('paths', placed.path, placed.method, 'responses', String(answer.status));
    const content = this.contentAt(at);
    if (!content) return answer.text === '' ? null : 'a body where none is described';
    const type = (answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    if (!(type in content)) return `the type "${type}" is not one of ${Object.keys(content).join(', ')}`;
    if (!JSON_TYPE.test(type) || !content[type]?.schema) return null;
    return this.invalid(`${at}${pointer('content', type, 'schema')}`, answer.body);
  }

  private contentAt(at: string): Record<string, { schema?: unknown }> | undefined {
    const response = at
      .split('/')
      .slice(1)
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], this.document);
    return (response as { content?: Record<string, { schema?: unknown }> } | undefined)?.content;
  }

  private invalid(at: string, body: unknown): string | null {
    const validate = this.validators.get(at) ?? this.ajv.compile({ $ref: `${DOCUMENT}#${at}` });
    this.validators.set(at, validate);
    if (validate(body)) return null;
    return (validate.errors ?? [])
      .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
      .join('; ');
  }
}

const rankOf = (path: string): string => path.replaceAll('{', '~');

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split('/')
      .map((part) => (part.startsWith('{') ? '[^/]*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/')}$`,
  );

/** By the paths of the application: making the document and reading it take a second, and most applications have the same one. */
const contracts = new Map<string, Contract>();
const contractOf = new WeakMap<NestFastifyApplication, Contract>();

function madeContract(app: NestFastifyApplication): Contract {
  const { basePath } = app.get(Config).http;
  const paths = `${basePath}\n${app.getHttpAdapter().getInstance().printRoutes()}`;
  const contract = contracts.get(paths) ?? new Contract(buildOpenApiDocument(app), basePath);
  contracts.set(paths, contract);
  contractOf.set(app, contract);
  return contract;
}

/** Fails if an answer differs from the application's own OpenAPI document. */
export function assertDescribed(
  app: NestFastifyApplication,
  method: string,
  url: string,
  answer: SentAnswer,
): void {
  const fault = (contractOf.get(app) ?? madeContract(app)).faultOf(method, url, answer);
  if (fault === null) return;
  throw new Error(
    `${method} ${url} was answered with ${answer.status} against the OpenAPI document: ${fault}\n${answer.text.slice(0, 1_000)}`,
  );
}
