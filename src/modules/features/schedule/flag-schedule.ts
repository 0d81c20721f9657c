import type { ChangeAuthor } from '../flag-change.js';

/** A change of one environment that is due at a moment. It is stored in the flag's own document. */
export interface FlagSchedule {
  /** UUIDv7. A replaced schedule has another id, so that an older trigger finds nothing to do. */
  id: string;
  environment: string;
  at: Date;
  /** A merge patch of the environment, as JSON. */
  change: string;
  author: ChangeAuthor;
  created_at: Date;
}
