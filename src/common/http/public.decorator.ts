import { Reflector } from '@nestjs/core';

/** A route that needs no credential. */
export const Public = Reflector.createDecorator<void, true>({ transform: () => true });
