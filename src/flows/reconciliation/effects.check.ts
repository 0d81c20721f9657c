import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { EffectCollections } from '../effects/effect-collections.js';
import type { DeadEffect, Effect, EffectHandler, PendingEffect } from '../effects/effect.js';
import { EffectRepair } from '../effects/effect-repair.js';
import type { Check, ComparedBatch, Difference } from './check.js';
import { DocumentWalk, parsed } from './document-walk.mongo.repository.js';
import { Documents } from './documents.mongo.repository.js';
import { EffectTargets } from './effect-targets.js';

/**
 * An effect that is pending for longer is not under way any more. A relay applies an effect within seconds, or makes
 * it a dead letter within a minute.
 */
const OVERDUE_MS = 120_000;

interface Carrier {
  _id: string;
  pending: readonly PendingEffect[];
  applied: readonly Effect[];
  dead_letters: readonly DeadEffect[];
}

/**
 * Checks that every effect of a document reached its targets: none stays pending, none is a dead letter, and the
 * targets of each document's last effects are complete. Older effects are not remembered, but their activity entries
 * are sealed.
 */
@Injectable()
export class EffectsCheck implements Check {
  readonly name = 'effects';

  constructor(
    private readonly collections: EffectCollections,
    private readonly walk: DocumentWalk,
    private readonly documents: Documents,
    private readonly targets: EffectTargets,
    private readonly repairs: EffectRepair,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
  ) {}

  compare(): AsyncGenerator<ComparedBatch> {
    return this.compareSince(null);
  }

  /** Only documents that were created since then, because no index finds a change of an older document. */
  compareRecent(since: Date): AsyncGenerator<ComparedBatch> {
    return this.compareSince(since);
  }

  private async *compareSince(since: Date | null): AsyncGenerator<ComparedBatch> {
    for (const collection of this.collections.all) {
      for await (const batch of this.walk.unparsed(collection.name, since)) {
        const carriers = batch.map((document) => carrierOf(document._id, parsed(document)));
        yield await this.compareBatch(collection, carriers);
      }
    }
  }

  async repair({ id, record }: Difference): Promise<string | null> {
    const collection = this.collections.all.find(({ name }) => record.startsWith(`${name}/`));
    const documentId = record.split('/')[1] ?? '';
    const document = collection && (await this.documents.one(collection.name, documentId));
    if (!document) return 'found it gone already';
    const carrier = carrierOf(documentId, document);
    const open = [...carrier.pending, ...carrier.dead_letters].find(({ _id }) => _id === id);
    if (open) return (await this.repairs.apply(collection, documentId, open)) ? 'applied it' : null;
    const applied = carrier.applied.find(({ _id }) => _id === id);
    const handler = applied && handlerOf(collection, applied);
    if (!handler) return 'found it forgotten by now';
    if (!(await this.targets.restore(handler, applied))) return null;
    await this.cache.invalidate([...applied.tags, ...handler.tags(applied)]);
    return 'wrote what it has to write again';
  }

  private async compareBatch(
    collection: OwnedCollection,
    carriers: readonly Carrier[],
  ): Promise<ComparedBatch> {
    const overdueAt = new Date(this.clock.now().getTime() - OVERDUE_MS);
    const differences: Difference[] = [];
    const applied: { carrier: Carrier; effect: Effect; handler: EffectHandler }[] = [];
    for (const carrier of carriers) {
      const overdue = carrier.pending.filter((effect) => effect.at < overdueAt && effect.due_at < overdueAt);
      differences.push(
        ...overdue.map((effect) =>
          differenceOf(collection, carrier, effect, 'missing', 'not applied for long'),
        ),
        ...carrier.dead_letters.map((effect) =>
          differenceOf(collection, carrier, effect, 'missing', 'given up after its attempts'),
        ),
      );
      for (const effect of carrier.applied) {
        const handler = handlerOf(collection, effect);
        if (handler) applied.push({ carrier, effect, handler });
      }
    }
    const faults = await this.targets.faultsOf(applied);
    for (const { carrier, effect } of applied) {
      const fault = faults.get(effect._id);
      if (fault) differences.push(differenceOf(collection, carrier, effect, fault.kind, fault.detail));
    }
    const compared = carriers.reduce(
      (sum, { pending, applied: kept, dead_letters: dead }) =>
        sum + pending.length + kept.length + dead.length,
      0,
    );
    return { compared, differences };
  }
}

const handlerOf = ({ effects = [] }: OwnedCollection, effect: Effect): EffectHandler | undefined =>
  effects.find(({ kind }) => kind === effect.kind);

const carrierOf = (_id: string, document: Readonly<Record<string, unknown>>): Carrier => {
  const listOf = (field: string): never[] =>
    Array.isArray(document[field]) ? (document[field] as never[]) : [];
  return {
    _id,
    pending: listOf('pending'),
    applied: listOf('applied'),
    dead_letters: listOf('dead_letters'),
  };
};

const differenceOf = (
  { name }: OwnedCollection,
  { _id: documentId }: Carrier,
  { _id, kind: what, tags }: Effect,
  kind: Difference['kind'],
  detail: string,
): Difference => ({
  kind,
  record: `${name}/${documentId}/${_id}`,
  id: _id,
  detail: `${what}: ${detail}`,
  tags,
});
