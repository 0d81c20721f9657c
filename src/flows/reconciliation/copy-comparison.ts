import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { isId } from '../../common/ids/ids.js';
import type { RecordedEvent } from '../outbox/domain-event.js';
import type { Document, Projection } from '../projections/projection.js';
import { Projections } from '../projections/projections.js';
import { BATCH, type ComparedBatch, type Difference } from './check.js';
import { DocumentWalk, hasBytesOf, parsed, type UnparsedDocument } from './document-walk.mongo.repository.js';
import { Documents, type FoundDocument, keyText } from './documents.mongo.repository.js';
import { EventHistory, type HistoricEvent } from './event-history.pg.repository.js';
import { mergeJoin } from './merge-join.js';
import { differingFields } from './same-value.js';

/** Which documents a projection makes from the event log, and which of their fields are compared. */
export interface CopyRule {
  collection: string;
  projection: Projection;
  /** Whether a document claims to be made from an event. */
  claimsEvent: (document: FoundDocument) => boolean;
  /** Fields that another check compares. */
  elsewhere: readonly string[];
  /** The cache tags of answers that show such a document. */
  tagsOf: (document: FoundDocument) => readonly string[];
}

/** Compares the event log with the documents that one projection makes from it, field by field. */
@Injectable()
export class CopyComparison {
  constructor(
    private readonly history: EventHistory,
    private readonly walk: DocumentWalk,
    private readonly documents: Documents,
    private readonly cache: TaggedCache,
    private readonly projections: Projections,
  ) {}

  /** `since`: only events and documents that were made then or later. */
  async *compare(rule: CopyRule, since: Date | null = null): AsyncGenerator<ComparedBatch> {
    const beginning = await this.history.beginning();
    const events = {
      batches: this.history.batches(this.projections.typesOf(rule.projection), since),
      keyOf: ({ id }: RecordedEvent) => id,
    };
    const documents = {
      batches: this.walk.unparsed(rule.collection, since),
      keyOf: ({ _id }: UnparsedDocument) => _id,
    };
    for await (const pairs of mergeJoin(events, documents, BATCH)) {
      // Nearly all are equal byte for byte. Only the others are parsed and compared field by field.
      const unlike = pairs
        .filter(({ left, right }) => !left || !right || !hasBytesOf(right, documentOf(rule, left)))
        .map(({ key, left, right }) => ({ key, left, right: right && parsed(right) }));
      const foreign = unlike.filter(({ left, right }) => !left && right && !rule.claimsEvent(right));
      const suspects = unlike.filter(({ left, right }) => verdictOf(rule, left, right, beginning) !== null);
      const differences = await this.confirm(
        rule,
        suspects.map(({ key }) => key),
      );
      yield { compared: pairs.length - foreign.length, differences };
    }
    // The keys of these documents contain no time.
    if (since) return;
    const strays = (await this.documents.strays(rule.collection)).filter((stray) => rule.claimsEvent(stray));
    yield { compared: strays.length, differences: strays.map((stray) => extra(rule, stray)) };
  }

  /** Returns what it did. Null if another document is in the way. */
  async repair(rule: CopyRule, { id }: Difference): Promise<string | null> {
    const known = typeof id === 'string' ? (await this.history.byIds([id])).get(id) : undefined;
    if (known) return this.restore(rule, known);
    const document = await this.documents.one(rule.collection, id);
    if (!document || !rule.claimsEvent(document)) return 'found it gone already';
    if (isBeyondLog(document, await this.history.beginning())) return 'found it older than the log by now';
    await this.documents.remove(rule.collection, id);
    await this.cache.invalidate(rule.tagsOf(document));
    return 'removed what no event stands for';
  }

  private async restore(rule: CopyRule, { event, isPending }: HistoricEvent): Promise<string | null> {
    if (isPending) return 'left it to the relay, which is about to write it';
    if (!event) return null;
    const document = documentOf(rule, event);
    const before = await this.documents.one(rule.collection, event.id);
    if (!(await this.documents.put(rule.collection, document))) return null;
    await this.cache.invalidate([...rule.projection.tags(event), ...(before ? rule.tagsOf(before) : [])]);
    return before ? 'restored its fields from the event' : 'wrote it again from the event';
  }

  /**
   * Looks the suspicious documents up again. An event that is not pending any more was written before it was marked.
   * So a document that is missing or wrong in this second lookup really is. An event that was committed after its side
   * of the stream was read is found now.
   */
  private async confirm(rule: CopyRule, ids: readonly string[]): Promise<Difference[]> {
    if (ids.length === 0) return [];
    const events = await this.history.byIds(ids);
    const beginning = await this.history.beginning();
    const documents = await this.documents.byIds(rule.collection, ids);
    return ids.flatMap((id) => {
      const known = events.get(id);
      const document = documents.get(id) ?? null;
      // The event belongs to a newer version, and only that version knows what it makes of it.
      if (known && !known.event) return [];
      const isInFlight = known?.isPending ?? false;
      const verdict = verdictOf(rule, known?.event ?? null, document, beginning);
      if (verdict === null || isInFlight) return [];
      const tags = [
        ...(known?.event ? rule.projection.tags(known.event) : []),
        ...(document ? rule.tagsOf(document) : []),
      ];
      return [{ ...verdict, record: `${rule.collection}/${id}`, id, tags }];
    });
  }
}

type Verdict = Pick<Difference, 'kind' | 'detail'>;

/** The difference between an event and its document. Null: there is none. */
function verdictOf(
  rule: CopyRule,
  event: RecordedEvent | null,
  document: FoundDocument | null,
  beginning: string,
): Verdict | null {
  if (!event) {
    if (!document || !rule.claimsEvent(document) || isBeyondLog(document, beginning)) return null;
    return { kind: 'extra', detail: 'no event stands for it' };
  }
  if (!document) return { kind: 'missing', detail: `the ${event.type} of the event log` };
  const fields = differingFields(documentOf(rule, event), document).filter(
    (field) => !rule.elsewhere.includes(field),
  );
  return fields.length === 0 ? null : { kind: 'different', detail: fields.join(', ') };
}

/** Made before the log's beginning. If the key is no id of ours, the relay never made the document. */
const isBeyondLog = ({ _id }: FoundDocument, beginning: string): boolean =>
  typeof _id === 'string' && isId(_id) && _id < beginning;

const extra = (rule: CopyRule, document: FoundDocument): Difference => ({
  kind: 'extra',
  record: `${rule.collection}/${keyText(document._id)}`,
  id: document._id,
  detail: 'no event stands for it',
  tags: rule.tagsOf(document),
});

function documentOf({ projection, collection }: CopyRule, event: RecordedEvent): Document {
  for (const write of projection.writes(event)) {
    if ('insert' in write && write.collection === collection) return write.insert;
  }
  throw new Error(`${projection.name} makes no document of ${event.type}`);
}
