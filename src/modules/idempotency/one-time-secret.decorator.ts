import { Reflector } from '@nestjs/core';

/** The field of an answer that is shown once: what is kept for a replay has `null` in its place. */
export const OneTimeSecret = Reflector.createDecorator<string>();
