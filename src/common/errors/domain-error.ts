/** One fault in a request: its place (dot path), a stable code, and a sentence for people. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

/** What the filter needs besides the code: response headers such as `Retry-After`, and the single faults. */
export interface DomainErrorOptions {
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/**
 * An expected failure. Services throw these, and only `ProblemFilter` turns them into HTTP (RFC 9457). `code` is part
 * of the contract and never changes. `message` becomes `detail` and must not name a store, a query or a secret.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}
