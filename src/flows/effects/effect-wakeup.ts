import { Injectable } from '@nestjs/common';

import { RelayWakeup } from '../queue/relay-wakeup.js';

/** Ends the pause of the relay of effects, and of no other relay. */
@Injectable()
export class EffectWakeup extends RelayWakeup {}
