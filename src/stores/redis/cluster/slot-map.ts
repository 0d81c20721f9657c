import type { ClusterView } from './cluster-view.js';
import { keySlot, SLOTS } from './key-slot.js';

/** Which master holds which slot, by a view that the cluster agrees on. */
export class SlotMap {
  private readonly owners = new Int16Array(SLOTS).fill(-1);
  /** Whether each slot has a master. */
  readonly isCovered: boolean;

  constructor(readonly view: ClusterView) {
    view.masters.forEach(({ ranges }, index) => {
      for (const [first, last] of ranges) this.owners.fill(index, first, last + 1);
    });
    this.isCovered = !this.owners.includes(-1);
  }

  /** The place of the key's master in the view, or -1. */
  ownerOf(key: string): number {
    return this.owners[keySlot(key)] ?? -1;
  }
}
