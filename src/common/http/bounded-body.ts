import type { FastifyInstance } from 'fastify';

import { Malformed } from '../errors/kinds.js';

const MAX_DEPTH = 32;
const MAX_KEYS = 20_000;

/** Throws `Malformed` for a body that is nested too deeply or has too many members: cheap to send, dear to walk. */
export function assertBounded(body: unknown): void {
  let level: unknown[] = [body];
  let keys = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new Malformed(`The body is nested more than ${MAX_DEPTH} levels deep.`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      const members: unknown[] = Object.values(value);
      keys += members.length;
      if (keys > MAX_KEYS) throw new Malformed(`The body has more than ${MAX_KEYS} members.`);
      next.push(...members);
    }
    level = next;
  }
}

/** Checks every parsed body before a handler sees it. */
export function boundBodies(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    try {
      assertBounded(request.body);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
