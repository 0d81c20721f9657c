import { Reflector } from '@nestjs/core';

/** A POST that ignores `Idempotency-Key`, because it changes nothing or its contract is foreign. */
export const IgnoresIdempotencyKey = Reflector.createDecorator<void, true>({ transform: () => true });
