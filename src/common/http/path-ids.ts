import type { FastifyInstance } from 'fastify';

import { NotFound } from '../errors/kinds.js';
import { canonicalId, isId } from '../ids/ids.js';

/** A parameter is declared as an id by its name: `:id`, `:user_id`. Others, such as `:key`, are any text. */
const IS_ID = /^(?:id|.+_id)$/;

/**
 * Converts every path id to its one spelling, in lower case, before it is used. PostgreSQL treats an id in capitals as
 * the same one (RFC 9562, section 4). But a cache key or tag made from it would be a different one, which no writer
 * ever replaces.
 */
export function lowerCasePathIds(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const params = request.params as Record<string, string>;
    for (const [name, value] of Object.entries(params))
      if (IS_ID.test(name)) params[name] = canonicalId(value);
    done();
  });
}

/** No key of ours is longer. */
const MAX_TEXT = 512;
/** The id of a record that is numbered. */
const NUMBER = /^[1-9]\d{0,14}$/;

/**
 * Throws `NotFound` for path parameters that cannot name any record: a declared id has to be a UUID, or a number if
 * the records are `numbered`. To be called before a cache key is made from them, because a client can invent any
 * number of other texts.
 */
export function assertNameable(params: Readonly<Record<string, string>>, { numbered = false } = {}): void {
  for (const [name, value] of Object.entries(params)) {
    const isNameable = IS_ID.test(name)
      ? isId(value) || (numbered && NUMBER.test(value))
      : value.length <= MAX_TEXT;
    if (!isNameable) throw new NotFound();
  }
}
