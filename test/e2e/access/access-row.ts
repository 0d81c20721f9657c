import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { MemberRole } from '../../../src/common/http/principal.js';
import type { Tenant } from '../../factories/tenant.js';
import type { Answer } from '../../support/test-app.js';

/** What a row may use to make a record that its path names. */
export interface AccessWorld {
  app: NestFastifyApplication;
  /** The owner of the organisation whose records the paths name. */
  owner: Tenant;
  /** As that owner. */
  request: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** POSTs as that owner, and gives the `id` of the answer. */
  create: (path: string, body?: unknown) => Promise<string>;
}

/** The account that asks. `isForeign`: it does not belong to the organisation of `AccessWorld.owner`. */
export interface Asking extends Tenant {
  isForeign: boolean;
}

export type Scope = `${string}:${'read' | 'write' | 'admin'}`;

/** Which callers a route lets through, and a request that is right in everything else. */
export interface AccessRow {
  /** The lowest membership role that may. `public` needs no credential; `operator` is a platform admin, in person. */
  role: 'public' | MemberRole | 'operator';
  /** What an API key needs beside its creator's role: a scope, nothing (`any`), or it may not at all (`session`). */
  key?: Scope | 'any' | 'session';
  /** Makes the record that the path names, anew for every request; several ids in the order of the path. */
  ids?: (world: AccessWorld, asking: Asking) => Promise<string | readonly string[]> | string;
  /** A valid body, made anew for every request. */
  body?: (world: AccessWorld, asking: Asking) => unknown;
  query?: string;
  headers?: Readonly<Record<string, string>>;
  /** The answer is a stream that does not end: its head is looked at alone. */
  isStream?: true;
  /** What those who may are answered; any 2xx where it is left out. */
  allowed?: readonly number[];
  /** The path holds a name that every organisation may use, so a foreign caller makes a record of its own. */
  makesItsOwn?: true;
  /** The record belongs to no organisation, so that members of any may. */
  isShared?: true;
  /** An API key has to name the resource: `*` does not cover it. */
  isNamedScope?: true;
  /** A platform admin of another organisation may, too. */
  isOpenToOperators?: true;
  /** A contract that knows API keys alone: a session is no credential there. */
  isForKeysAlone?: true;
  /** The credentials are of no use afterwards, so the next route gets new ones. */
  spendsCredentials?: true;
}

/** `GET /api/v1/users/{id}`, as in the OpenAPI document; `PATCH /api/v1/users/{id} #password` for another kind of body. */
export type AccessRows = Readonly<Record<string, AccessRow>>;
