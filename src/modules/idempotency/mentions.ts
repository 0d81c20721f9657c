import { Injectable } from '@nestjs/common';
import { validate } from 'uuid';

import { ServerKeys } from '../../config/server-keys.js';
import { foldCase } from '../../common/text/fold-case.js';

const PURPOSE = 'idempotency mention';
const MAX_LENGTH = 254;
/** An answer to one POST contains a handful of ids; a batch of a thousand outcomes contains a thousand. */
const MAX_MENTIONS = 2_000;

/**
 * The persons that a stored answer mentions, in a form that can be searched but not read: codes of its ids and
 * addresses.
 */
@Injectable()
export class Mentions {
  constructor(private readonly keys: ServerKeys) {}

  /** The mentions in an answer, each once. */
  in(answer: unknown): string[] {
    const found = new Set<string>();
    collect(answer, found);
    return [...found].map((text) => this.keys.sign(PURPOSE, text));
  }

  /** Every code under which one of these texts may have been stored. */
  of(texts: readonly string[]): string[] {
    return texts.flatMap((text) => this.keys.codes(PURPOSE, foldCase(text)));
  }
}

function collect(value: unknown, found: Set<string>): void {
  if (found.size >= MAX_MENTIONS) return;
  if (typeof value === 'string') {
    if (value.length <= MAX_LENGTH && (value.includes('@') || validate(value))) found.add(foldCase(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collect(member, found);
  }
}
