import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { DOCUMENT_COUNTS_COLLECTION } from './document.js';
import { DocumentCounts } from './document-counts.mongo.repository.js';

/** Checks that the stored number of documents of each organisation is right. */
@Injectable()
export class DocumentCountsCheck implements Check {
  readonly name = 'document-counts';

  constructor(private readonly counts: DocumentCounts) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    const organizations = await this.counts.organizations();
    const differences: Difference[] = [];
    for (const id of organizations) {
      const wrong = await this.counts.differing(id);
      if (wrong) differences.push(differenceOf(id, wrong.kept, wrong.counted));
    }
    yield { compared: organizations.length, differences };
  }

  async repair({ id }: Difference): Promise<string> {
    const wrong = await this.counts.differing(String(id));
    if (!wrong) return 'found it right already';
    await this.counts.set(String(id), wrong.kept, wrong.counted);
    return 'set it to the number of documents';
  }
}

const differenceOf = (id: string, kept: number, counted: number): Difference => ({
  kind: 'different',
  record: `${DOCUMENT_COUNTS_COLLECTION}/${id}`,
  id,
  detail: `count is ${kept}, and there are ${counted}`,
  tags: [],
});
