import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { type ExplicitRequest, type Kept, keyOf } from '../../cache/explicit-cache.js';
import { TaggedCache } from '../../cache/tagged-cache.js';
import { NotFound } from '../../common/errors/kinds.js';
import { ExplicitEntries } from '../../flows/reconciliation/cache/explicit-entries.js';
import { InvalidationsInFlight } from '../../flows/reconciliation/cache/invalidations-in-flight.pg.read-model.js';
import type { Check, ComparedBatch, Difference, DifferencesSoFar } from '../../flows/reconciliation/check.js';
import { persistently } from '../../flows/reconciliation/persistently.js';
import { isSameValue } from '../../flows/reconciliation/same-value.js';
import { type LayerEightAnswer, LayerEightAnswers } from './layer-eight-answers.js';

/** A writer replaces the tags within this time after its commit. Otherwise an event of the outbox still requests it. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;

type Fault = Pick<Difference, 'kind' | 'detail'>;

/** Checks that every valid value under `transactions:*` and `doc:*` in Redis equals what its store says now. */
@Injectable()
export class LayerEightAnswersCheck implements Check {
  readonly name = 'layer-eight-answers';

  constructor(
    private readonly entries: ExplicitEntries,
    private readonly answers: LayerEightAnswers,
    private readonly inFlight: InvalidationsInFlight,
    private readonly cache: TaggedCache,
  ) {}

  async *compare(found: DifferencesSoFar): AsyncGenerator<ComparedBatch> {
    for await (const page of this.entries.pages()) {
      let compared = 0;
      const differences: Difference[] = [];
      for (const { orgId, name } of page) {
        const answer = this.answers.named(orgId, name);
        const kept = answer && (await this.entries.find(answer.request));
        if (!kept) continue;
        compared += 1;
        const difference = await this.differenceOf(answer, kept, found);
        if (difference) differences.push(difference);
      }
      yield { compared, differences };
    }
  }

  /** Deletes the value and replaces its tags, so that no instance serves it any more. */
  async repair({ id, tags }: Difference): Promise<string | null> {
    await this.entries.remove(String(id));
    return (await this.cache.invalidate(tags)) ? 'removed it and replaced its tags' : null;
  }

  private async differenceOf(
    answer: LayerEightAnswer<unknown>,
    kept: Kept,
    found: DifferencesSoFar,
  ): Promise<Difference | null> {
    const { orgId, name, tags } = answer.request;
    let fault = await faultOf(answer, kept);
    // A value of a record with a known difference differs as a consequence.
    if (!fault || found.concerns(tags)) return null;
    for (let look = 1; look < LOOKS; look += 1) {
      await pause(BETWEEN_LOOKS_MS);
      const now = await this.entries.find(answer.request);
      fault = now && (await faultOf(answer, now));
      if (!fault) return null;
    }
    if (await this.inFlight.concern(orgId, tags)) return null;
    return { ...fault, record: recordOf(answer.request), id: keyOf({ orgId, name }), tags };
  }
}

/** What is wrong with a value. Null: nothing. */
async function faultOf({ load }: LayerEightAnswer<unknown>, kept: Kept): Promise<Fault | null> {
  const fresh = await persistently(() => load().catch(absent));
  if (fresh === ABSENT) return { kind: 'extra', detail: 'what it answers does not exist' };
  return isSameValue(kept.value, fresh) ? null : { kind: 'different', detail: 'value' };
}

/** Hashed, because reports are kept, and a name may contain what a user wrote, for example an address. */
const recordOf = ({ orgId, name }: ExplicitRequest): string =>
  `redis/x/${orgId}/${hash('sha256', name, 'base64url')}`;

const ABSENT = Symbol('absent');

function absent(error: unknown): typeof ABSENT {
  if (error instanceof NotFound) return ABSENT;
  throw error;
}
