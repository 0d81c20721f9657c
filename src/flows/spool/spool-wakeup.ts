import { Injectable } from '@nestjs/common';

import { RelayWakeup } from '../queue/relay-wakeup.js';

/** Ends the pause of the spool's relay, and of no other relay. */
@Injectable()
export class SpoolWakeup extends RelayWakeup {}
