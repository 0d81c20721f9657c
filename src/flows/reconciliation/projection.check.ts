import type { ComparedCopy, Projection } from '../projections/projection.js';
import type { Check, ComparedBatch, Difference } from './check.js';
import { type CopyComparison, type CopyRule } from './copy-comparison.js';
import { tagsOfDocument } from './document-tags.js';

/** Checks that every event that a projection handles has exactly one document, equal in every field. */
export class ProjectionCheck implements Check {
  readonly name: string;
  private readonly rule: CopyRule;

  /** `resource`: of the cache tags of answers that show the documents. */
  constructor(
    private readonly copies: CopyComparison,
    projection: Projection,
    { check, collection, claimsEvent, elsewhere }: ComparedCopy,
    resource: string,
  ) {
    this.name = check;
    this.rule = {
      ...{ collection, projection, claimsEvent, elsewhere },
      tagsOf: (document) => tagsOfDocument(resource, document),
    };
  }

  compare(): AsyncIterable<ComparedBatch> {
    return this.copies.compare(this.rule);
  }

  compareRecent(since: Date): AsyncIterable<ComparedBatch> {
    return this.copies.compare(this.rule, since);
  }

  repair(difference: Difference): Promise<string | null> {
    return this.copies.repair(this.rule, difference);
  }
}
