import { Injectable } from '@nestjs/common';

import type { Effect, EffectHandler } from '../effects/effect.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import type { ProjectedWrite } from '../projections/projection.js';
import { hasForgotten, isApplied, targetOf } from '../projections/write-operations.js';
import type { Difference } from './check.js';
import { Documents, type KeyedDocument } from './documents.mongo.repository.js';
import { differingFields } from './same-value.js';

type Fault = Pick<Difference, 'kind' | 'detail'>;

interface AppliedEffect {
  effect: Effect;
  handler: EffectHandler;
}

interface NamedWrite {
  write: ProjectedWrite;
  target: string;
}

/** The documents that applied effects have written. */
@Injectable()
export class EffectTargets {
  constructor(
    private readonly documents: Documents,
    private readonly projected: ProjectedDocuments,
  ) {}

  /**
   * Describes what is wrong with the targets of these effects, by the effect's id. A write that names no document is
   * not compared.
   */
  async faultsOf(applied: readonly AppliedEffect[]): Promise<Map<string, Fault>> {
    const found = await this.find(applied.flatMap((each) => writesOf(each)));
    const faults = new Map<string, Fault>();
    for (const each of applied) {
      for (const { write, target } of writesOf(each)) {
        const fault = faultOf(each.handler, write, found.get(write.collection)?.get(target) ?? null);
        if (fault) faults.set(each.effect._id, fault);
      }
    }
    return faults;
  }

  /** Writes missing or different targets again. False: MongoDB refuses the write. */
  async restore(handler: EffectHandler, effect: Effect): Promise<boolean> {
    const writes = writesOf({ handler, effect });
    const found = await this.find(writes);
    for (const { write, target } of writes) {
      const present = found.get(write.collection)?.get(target) ?? null;
      if (faultOf(handler, write, present) && !(await this.write(handler, write, present))) return false;
    }
    return true;
  }

  private async write(
    { elsewhere = [] }: EffectHandler,
    write: ProjectedWrite,
    present: KeyedDocument | null,
  ): Promise<boolean> {
    if (!('insert' in write) || !present)
      return (await this.projected.write(write.collection, [write])) === null;
    const kept = Object.fromEntries(elsewhere.map((field) => [field, present[field]]));
    return this.documents.put(write.collection, { ...write.insert, ...kept });
  }

  private async find(writes: readonly NamedWrite[]): Promise<Map<string, Map<string, KeyedDocument>>> {
    const found = new Map<string, Map<string, KeyedDocument>>();
    for (const [collection, group] of Map.groupBy(writes, ({ write }) => write.collection)) {
      const ids = [...new Set(group.map(({ target }) => target))];
      found.set(collection, await this.documents.byIds(collection, ids));
    }
    return found;
  }
}

const writesOf = ({ handler, effect }: AppliedEffect): NamedWrite[] =>
  handler.writes(effect).flatMap((write) => {
    const target = targetOf(write);
    return target === null ? [] : [{ write, target }];
  });

function faultOf(
  { elsewhere = [] }: EffectHandler,
  write: ProjectedWrite,
  found: KeyedDocument | null,
): Fault | null {
  if (!found) return { kind: 'missing', detail: `nothing in ${write.collection}` };
  if ('insert' in write) {
    const fields = differingFields(write.insert, found).filter((field) => !elsewhere.includes(field));
    return fields.length === 0
      ? null
      : { kind: 'different', detail: `${write.collection}: ${fields.join(', ')}` };
  }
  if (isApplied(write, found) || hasForgotten(write, found)) return null;
  return { kind: 'different', detail: `${write.collection}: not counted` };
}
