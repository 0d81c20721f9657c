/** A value is not allowed in its place. Thrown when the formatter reads the value; the renderer turns it into a 422. */
export class VariableFault extends Error {
  constructor(
    readonly variable: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
