import { Reflector } from '@nestjs/core';

/** The field of an answer that is shown only once. The stored answer has `null` in its place. */
export const OneTimeSecret = Reflector.createDecorator<string>();
