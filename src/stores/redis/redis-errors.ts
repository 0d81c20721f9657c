import { ErrorReply } from 'redis';

/** Whether Redis answered with a refusal: it is full, a replica, or still loading. */
export const isRedisRefusal = (error: unknown): error is ErrorReply => error instanceof ErrorReply;
