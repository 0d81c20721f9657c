import type { OwnedCollection } from '../collections/owned-collection.js';

/** The collections whose documents carry effects. */
export class EffectCollections {
  constructor(readonly all: readonly OwnedCollection[]) {}
}
