import { AsyncLocalStorage } from 'node:async_hooks';

/** The id of the request that the current code runs for, for the log; absent outside a request. */
export const requestContext = new AsyncLocalStorage<{ readonly requestId: string }>();
