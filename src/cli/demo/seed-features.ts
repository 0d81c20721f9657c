import type { INestApplicationContext } from '@nestjs/common';

import { FEATURES } from '../../features.js';
import type { DemoOwner, DemoStep } from '../../flows/demo/demo-step.js';

/** Creates the missing demonstration data of every feature. Returns what was created: `['30 deployments']`. */
export async function seedFeatures(context: INestApplicationContext, owner: DemoOwner): Promise<string[]> {
  const made: string[] = [];
  for (const { demo } of FEATURES) {
    if (demo) made.push(...(await context.get<DemoStep>(demo, { strict: false }).seed(owner)));
  }
  return made;
}
