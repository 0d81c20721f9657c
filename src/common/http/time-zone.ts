import { z } from 'zod';

import { isTimeZone } from '../time/time-zone.js';

/** A time zone from a client. */
export const givenTimeZone = z.string().max(100).refine(isTimeZone, 'must be the IANA name of a time zone');
