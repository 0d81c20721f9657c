import { Reflector } from '@nestjs/core';

/** A POST that takes no notice of `Idempotency-Key`: it changes nothing, or its contract is foreign. */
export const IgnoresIdempotencyKey = Reflector.createDecorator<void, true>({ transform: () => true });
