import { Injectable } from '@nestjs/common';

/**
 * Counts events of Segment's batches that this process has refused since its start, because their clients are not
 * told.
 */
@Injectable()
export class RefusedEvents {
  total = 0;
}
