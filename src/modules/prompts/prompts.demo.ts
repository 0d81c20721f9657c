import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import type { DemoOwner, DemoStep } from '../../flows/demo/demo-step.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { promptChanged } from './prompts.events.js';
import { PromptsRepository } from './prompts.pg.repository.js';

const PROMPTS = [
  { text: 'What made you smile today?', category: 'gratitude' },
  { text: 'Which three things are you grateful for?', category: 'gratitude' },
  { text: 'What did you learn today?', category: 'growth' },
  { text: 'What would you do differently?', category: 'growth' },
  { text: 'Which conversation stayed with you?', category: 'people' },
  { text: 'What gave you energy, and what took it?', category: 'wellbeing' },
] as const;

/** Creates a library of prompts if there is none. */
@Injectable()
export class PromptsDemo implements DemoStep {
  constructor(
    private readonly postgres: Postgres,
    private readonly prompts: PromptsRepository,
    private readonly outbox: Outbox,
  ) {}

  async seed({ organizationId }: DemoOwner): Promise<readonly string[]> {
    if ((await this.prompts.list({}, 1, null)).length > 0) return [];
    const system = { orgId: organizationId, userId: null, apiKeyId: null };
    return this.postgres.transaction(async (tx) => {
      for (const prompt of PROMPTS) {
        const inserted = await this.prompts.insert(tx, { id: newId(), isActive: true, ...prompt });
        await this.outbox.add(tx, promptChanged(system, 'prompt.created', inserted));
      }
      return [`${PROMPTS.length} prompts`];
    });
  }
}
