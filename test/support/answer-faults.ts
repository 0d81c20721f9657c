import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LightMyRequestResponse } from 'fastify';

import { assertDescribed } from './contract.js';
import { problemShape } from './shapes.js';
import { toAnswer } from './test-app.js';

/** Texts that no client may receive: paths of code, queries, messages of stores. */
const INTERNALS =
  /node_modules|\.ts:\d|\.js:\d+|MongoServerError|PostgresError|ECONNREFUSED|\bselect\b.+\bfrom\b/i;
/** Foreign contracts have their own form of errors, which the OpenAPI document describes. */
const FOREIGN = /^\/(?:v1|ofrep|api\/client|api\/frontend)(?:[/?]|$)|\/webhooks\//;

/** Probes answer 503 with the state of each store, which the OpenAPI document describes. A busy machine is enough. */
const PROBE = /^\/(?:api\/)?health(?:[/?]|$)/;

export const isForeign = (url: string): boolean => FOREIGN.test(url);

/** What is wrong with an answer. Null: nothing. */
export function faultOf(
  app: NestFastifyApplication,
  method: string,
  url: string,
  response: LightMyRequestResponse,
): string | null {
  const answer = toAnswer(response);
  const { status, headers, text, body } = answer;
  if (status >= 500 && status !== 503) return `${status} ${text.slice(0, 200)}`;
  if (headers['x-injected'] !== undefined || headers['set-cookie'] !== undefined)
    return 'a header was injected';
  if (Object.values(headers).some((value) => /[\r\n]/.test(value))) return 'a header has two lines';
  if (status >= 400 && INTERNALS.test(text)) return `internals: ${text.slice(0, 300)}`;
  const isReport = status === 503 && PROBE.test(url);
  if (status >= 400 && !isForeign(url) && !isReport && !problemShape.safeParse(body).success)
    return `no problem: ${status} ${text.slice(0, 200)}`;
  try {
    assertDescribed(app, method, url, answer);
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 400) : String(error);
  }
  return null;
}

/** Throws an error whose first line names the faults, because the reports of a build may contain no more than that. */
export function assertNoFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new Error(`${faults.length} faults: ${faults.slice(0, 10).join(' | ').replaceAll(/\s+/g, ' ')}`);
}
