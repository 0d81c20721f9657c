import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';

/** The name under which this process holds leases. A restarted process has another name, and so is another owner. */
@Injectable()
export class LeaseOwner {
  readonly id: string = newId();
}
