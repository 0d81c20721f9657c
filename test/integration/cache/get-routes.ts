import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { CacheDeclarations } from '../../../src/cache/http/cache-declarations.js';
import type { CachedRoute } from '../../../src/cache/cached.decorator.js';
import { newId } from '../../../src/common/ids/ids.js';
import { type Answer, request } from '../../support/test-app.js';

/** A GET route that needs a credential, as the running application knows it: a new one is here by itself. */
export interface GetRoute {
  label: string;
  /** `/api/v1/users/{id}`. */
  template: string;
  cached: CachedRoute | null;
  noCache: string | null;
  /** Whether its answer says which store it is read from. */
  saysSource: boolean;
}

export async function getRoutes(app: NestFastifyApplication): Promise<GetRoute[]> {
  const { body } = await request(app, 'GET', '/api/openapi.json');
  const documented = (body as { paths: Record<string, Record<string, unknown>> }).paths;
  return app
    .get(CacheDeclarations)
    .routes()
    .filter(({ isPublic, isStream }) => !isPublic && !isStream)
    .flatMap(({ label, cached, noCache, source }) => {
      const path = label.replace(/^\S+ /, '').replaceAll(/:(\w+)/g, '{$1}');
      const template = [`/api/v1${path}`, path].find(
        (candidate) => documented[candidate]?.['get'] !== undefined,
      );
      if (template === undefined) throw new Error(`${label} is not in the OpenAPI document`);
      return isJson(documented[template]?.['get'])
        ? [{ label, template, cached, noCache, saysSource: cached !== null || source !== null }]
        : [];
    });
}

/** A text or a stream is no answer that the cache could keep. */
function isJson(operation: unknown): boolean {
  const { responses } = operation as { responses: Record<string, { content?: object }> };
  return Object.keys(responses['200']?.content ?? {}).every((type) => type.includes('json'));
}

export interface Sample {
  path: string;
  /** False: nothing was found that the path could name, so it names what does not exist. */
  isReal: boolean;
}

/** A path that `ask` can read: its parameter is the id of the first record of the list before it. */
export async function sampleOf(template: string, ask: (path: string) => Promise<Answer>): Promise<Sample> {
  const at = template.indexOf('/{');
  if (at === -1) return { path: template, isReal: true };
  const { body } = await ask(template.slice(0, at));
  const id = firstId(body);
  const path = template.replace(/\{\w+\}/, id ?? newId());
  const further = await sampleOf(path, ask);
  return { path: further.path, isReal: id !== null && further.isReal };
}

function firstId(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data))
    return null;
  const [first] = body.data as unknown[];
  return typeof first === 'object' && first !== null && 'id' in first ? String(first.id) : null;
}

/** What may differ between two answers that are otherwise the same bytes. */
const OF_ONE_ANSWER = new Set([
  'date',
  'x-request-id',
  'age',
  'cache-status',
  'x-data-source',
  'connection',
  'keep-alive',
]);

export const lastingHeaders = ({ headers }: Answer): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_ANSWER.has(name)));

export const isHit = ({ headers }: Answer): boolean => headers['cache-status']?.includes('hit') ?? false;
