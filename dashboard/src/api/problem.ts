export interface FieldFault {
  path: string;
  message: string;
}

/** An error, described by problem details (RFC 9457). Status 0: there was no answer. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly faults: readonly FieldFault[] = [],
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** Whether the same request may succeed a little later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 429;
  }
}

interface ProblemBody {
  code?: string;
  detail?: string;
  title?: string;
  errors?: FieldFault[];
}

export async function problemOf(response: Response): Promise<Problem> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson ? ((await response.json()) as ProblemBody) : {};
  const detail = body.detail ?? body.title ?? `The service answered ${response.status}.`;
  return new Problem(response.status, body.code ?? 'unknown', detail, body.errors ?? []);
}

export const unreachable = (): Problem =>
  new Problem(0, 'unreachable', 'The service cannot be reached. Trying again …');

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(0, 'unknown', error instanceof Error ? error.message : String(error));
