import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  /** For the log. */
  readonly requestId: string;
  /** Whose turn its work is: the address, or the organisation as soon as it is known. */
  caller: string;
}

/** The request for which the current code runs. Absent outside a request. */
export const requestContext = new AsyncLocalStorage<RequestContext | undefined>();

/** For work that serves many requests, so that it neither takes the turns of the first one nor logs its id. */
export const outsideRequest = <T>(work: () => T): T => requestContext.run(undefined, work);
