import { problemOf, unreachable } from './problem.js';
import { session, signOut } from './session.js';

/** The base URL of the service, also behind a proxy that adds a path prefix. */
const BASE = location.pathname.replace(/\/admin\/?$/, '');

export interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Other statuses than 2xx whose body is an answer. */
  alsoAnswers?: readonly number[];
}

export interface Answer<T> {
  data: T;
  status: number;
  etag: string | null;
  /** The source of the answer: `mongodb`, `cache-stale`. */
  source: string | null;
}

/** One request as the signed-in account. Throws `Problem`. */
export async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const response = await attempt(method, path, options);
  if (response.ok || options.alsoAnswers?.includes(response.status)) return response;
  const problem = await problemOf(response);
  // The session has ended, so the next page is the login.
  if (problem.status === 401 && session.value.token !== null) signOut();
  throw problem;
}

async function attempt(method: string, path: string, { body, headers, signal }: Options): Promise<Response> {
  const { token, organizationId } = session.value;
  try {
    return await fetch(BASE + path, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(organizationId === null ? {} : { 'x-organization-id': organizationId }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
}

/** As `send`, with the parsed body; undefined if there is none. */
export async function ask<T>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
  const response = await send(method, path, options);
  const text = await response.text();
  return {
    data: (text === '' ? undefined : JSON.parse(text)) as T,
    status: response.status,
    etag: response.headers.get('etag'),
    source: response.headers.get('x-data-source'),
  };
}

/** A path under `/api/v1` with the parameters that have a value. */
export function api(path: string, query: Record<string, string | number | null | undefined> = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(given).toString();
  return `/api/v1/${path}${text === '' ? '' : `?${text}`}`;
}
