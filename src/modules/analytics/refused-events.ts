import { Injectable } from '@nestjs/common';

/** Events of Segment's batches that were not taken, in this process since its start: their clients are not told. */
@Injectable()
export class RefusedEvents {
  total = 0;
}
