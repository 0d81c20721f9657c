import type { FastifyInstance } from 'fastify';

import { NotFound } from '../errors/kinds.js';
import { canonicalId, isId } from '../ids/ids.js';

/** Parameters are declared as ids by their names: `:id`, `:user_id`. Others, such as `:key`, are any text. */
const IS_ID = /^(?:id|.+_id)$/;

/**
 * Gives every path id its one spelling, in lower case, before anything is made of it. PostgreSQL takes an id in capitals
 * for the same one (RFC 9562, section 4); a cache key or tag made of it would be another, which no writer ever replaces.
 */
export function lowerCasePathIds(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const params = request.params as Record<string, string>;
    for (const [name, value] of Object.entries(params))
      if (IS_ID.test(name)) params[name] = canonicalId(value);
    done();
  });
}

/** Longer ones are no keys of ours. */
const MAX_TEXT = 512;
/** Transactions and segments are numbered. */
const NUMBER = /^[1-9]\d{0,14}$/;

/**
 * Throws `NotFound` for path parameters that cannot name anything: a declared id has to be a UUID or a number. To be called
 * before a cache key is made of them, because anybody can make up any number of other texts.
 */
export function assertNameable(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params)) {
    const isNameable = IS_ID.test(name) ? isId(value) || NUMBER.test(value) : value.length <= MAX_TEXT;
    if (!isNameable) throw new NotFound();
  }
}
