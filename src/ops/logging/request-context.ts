import { AsyncLocalStorage } from 'node:async_hooks';

/** The id of the request for which the current code runs, for the log. Absent outside a request. */
export const requestContext = new AsyncLocalStorage<{ readonly requestId: string }>();
