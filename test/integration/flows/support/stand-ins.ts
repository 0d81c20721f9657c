import type { Declarations } from '../../../../src/flows/declarations.js';
import { type Mongo } from '../../../../src/stores/mongo/mongo.js';
import {
  ProjectedDocuments,
  type RefusedWrite,
} from '../../../../src/flows/projections/projected.mongo.repository.js';
import type { ProjectedWrite } from '../../../../src/flows/projections/projection.js';

/** Writes as ever, and notes what was applied, in that order, over all relays that share the note. */
export class NotedDocuments extends ProjectedDocuments {
  constructor(
    mongo: Mongo,
    declarations: Declarations,
    private readonly applied: Record<string, unknown>[],
  ) {
    super(mongo, declarations);
  }

  override async write(collection: string, writes: readonly ProjectedWrite[]): Promise<RefusedWrite | null> {
    const refused = await super.write(collection, writes);
    const done = refused ? writes.slice(0, refused.index) : writes;
    this.applied.push(...done.flatMap((write) => ('insert' in write ? [write.insert] : [])));
    return refused;
  }
}

/** A cache that can be told, or not, and remembers what it was told. */
export class SwitchedCache {
  isReachable = true;
  /** The one tag that cannot be replaced. */
  lost: string | null = null;
  readonly replaced: string[] = [];

  invalidate(tags: readonly string[]): Promise<boolean> {
    const isTold = this.isReachable && !tags.some((tag) => tag === this.lost);
    if (isTold) this.replaced.push(...tags);
    return Promise.resolve(tags.length === 0 || isTold);
  }
}

/** Writes nothing until it is released: a delivery that is under way for long. */
export class HeldDocuments {
  behind: ProjectedDocuments | null = null;
  private readonly waiting: (() => Promise<void>)[] = [];

  write(collection: string, writes: readonly ProjectedWrite[]): Promise<RefusedWrite | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push(async () => {
        if (!this.behind) throw new Error('Nothing stands behind');
        await this.behind.write(collection, writes).then(resolve, reject);
      });
    });
  }

  async release(): Promise<void> {
    for (const write of this.waiting.splice(0)) await write();
  }
}
