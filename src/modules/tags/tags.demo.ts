import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { TagsService } from './tags.service.js';

const NAMES = ['Gratitude', 'Family', 'Work', 'Travel'];

/** Some tags of the demo owner. */
@Injectable()
export class TagsDemo implements DemoStep {
  constructor(private readonly tags: TagsService) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    if ((await this.tags.list(actor, 1, null)).length > 0) return [];
    for (const name of NAMES) await this.tags.create(actor, { name });
    return [`${NAMES.length} tags`];
  }
}
