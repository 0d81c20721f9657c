import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { DocumentsService } from './documents.service.js';

const DOCUMENTS = {
  user_profile_123: { name: 'John Doe', age: 30, preferences: { theme: 'dark', notifications: true } },
  product_456: { name: 'Laptop', price: 999.99, specs: { ram: '16GB', storage: '512GB SSD' }, reviews: [] },
  'article:456': { title: 'The right tool for each job', tags: ['databases'] },
} as const;

/** The documents of Layer 8's examples. */
@Injectable()
export class DocumentsDemo implements DemoStep {
  constructor(private readonly documents: DocumentsService) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.documents.list(actor, '', 1, null)).length > 0) return [];
    for (const [key, data] of Object.entries(DOCUMENTS)) await this.documents.put(actor, key, data, {});
    return [`${Object.keys(DOCUMENTS).length} documents`];
  }
}
