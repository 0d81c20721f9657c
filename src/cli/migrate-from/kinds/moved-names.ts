import { z } from 'zod';

import { nameKey } from '../../../common/text/name-key.js';
import type { DomainEvent } from '../../../flows/outbox/domain-event.js';
import { moodCategoryCreated } from '../../../modules/moods/mood-categories.events.js';
import { CreateMoodCategoryDto } from '../../../modules/moods/mood-categories.dto.js';
import { CreateTagDto } from '../../../modules/tags/tags.dto.js';
import { tagChanged } from '../../../modules/tags/tags.events.js';
import { derivedId } from '../derived-id.js';
import { SYSTEM } from '../move.events.js';
import type { MoveTarget } from '../move-target.js';
import {
  type MovedKind,
  type Prepared,
  type PreparedRows,
  read,
  reference,
  sorted,
  sourceMoment,
  type Standing,
} from '../moved-kind.js';
import type { MovedRecord, SourceRow } from '../moved-record.js';
import { keyOf, type NamedRecord, NamesRepository } from '../names.pg.repository.js';
import { References } from '../references.js';

const sourceName = z.object({ user_id: reference, name: z.string(), created_at: sourceMoment });

interface Naming {
  name: 'tags' | 'mood_categories';
  schema: z.ZodType<{ name: string }>;
  repository: NamesRepository;
  created: (record: NamedRecord) => DomainEvent;
}

/** Tags, and mood categories. Two of a person that differ only in the case of their names become one. */
export class MovedNames implements MovedKind<NamedRecord> {
  readonly name: Naming['name'];

  constructor(
    private readonly target: MoveTarget,
    private readonly naming: Naming,
  ) {
    this.name = naming.name;
  }

  static tags(target: MoveTarget): MovedNames {
    const { postgres, orgId: organizationId } = target;
    return new MovedNames(target, {
      name: 'tags',
      schema: CreateTagDto.schema,
      repository: NamesRepository.tags(postgres, organizationId),
      created: (record) =>
        tagChanged(SYSTEM, 'tag.created', { ...record, organizationId, updatedAt: record.createdAt }),
    });
  }

  static moodCategories(target: MoveTarget): MovedNames {
    const { postgres, orgId: organizationId } = target;
    return new MovedNames(target, {
      name: 'mood_categories',
      schema: CreateMoodCategoryDto.schema,
      repository: NamesRepository.moodCategories(postgres, organizationId),
      created: (record) => moodCategoryCreated(SYSTEM, { ...record, organizationId }),
    });
  }

  async prepare(
    rows: readonly SourceRow[],
    known: ReadonlyMap<string, MovedRecord>,
  ): Promise<PreparedRows<NamedRecord>> {
    const references = await References.of(this.target, rows);
    const { orgId, source } = this.target;
    return sorted(rows, ({ id: sourceId, fields }) => {
      const row = read(sourceName, fields);
      if ('reason' in row) return row;
      const valid = read(this.naming.schema, { name: row.value.name });
      if ('reason' in valid) return valid;
      const owner = references.owner(row.value.user_id);
      if ('reason' in owner) return owner;
      const { created_at: createdAt } = row.value;
      const id =
        known.get(sourceId)?.id ?? derivedId({ orgId, source, kind: this.name, sourceId }, createdAt);
      const record = { id, userId: owner.id, name: valid.value.name, createdAt };
      return { ready: { sourceId, id, userId: owner.id, record } };
    });
  }

  async write(records: readonly Prepared<NamedRecord>[]): Promise<void> {
    const { postgres, outbox } = this.target;
    const { repository, created } = this.naming;
    await postgres.transaction(async (tx) => {
      const named = records.map(({ record }) => record);
      const inserted = await repository.insert(tx, named);
      const others = await repository.idsOf(
        tx,
        named.filter(({ id }) => !inserted.has(id)),
      );
      const moved = records.map(({ record, ...one }) => ({
        ...one,
        id: others.get(keyOf(record)) ?? one.id,
      }));
      await this.target.records.add(tx, this.name, moved);
      await outbox.add(tx, ...named.filter(({ id }) => inserted.has(id)).map(created));
    });
  }

  contentOf = ({ record }: Prepared<NamedRecord>) => ({ name: nameKey(record.name) });

  /** One that is not there was deleted here: PostgreSQL has written it together with the note that it is moved. */
  async contents(records: readonly MovedRecord[]): Promise<ReadonlyMap<string, Standing>> {
    const found = await this.naming.repository.find(records.map(({ id }) => id));
    const names = new Map(found.map((record) => [record.id, record]));
    return new Map(
      records.map(({ id }) => {
        const named = names.get(id);
        return [
          id,
          named
            ? { content: { name: nameKey(named.name) }, isChanged: named.isChanged }
            : { content: null, isChanged: true },
        ];
      }),
    );
  }
}
