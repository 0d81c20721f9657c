import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';

/** The name under which this process holds leases. New at each start: a restarted process is another owner. */
@Injectable()
export class LeaseOwner {
  readonly id: string = newId();
}
