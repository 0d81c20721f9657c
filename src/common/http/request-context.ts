import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  /** For the log. */
  readonly requestId: string;
  /** Whose turn its work is: the address, or the organisation as soon as it is known. */
  caller: string;
}

/** The request for which the current code runs. Absent outside a request. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
