/** A value does not fit where it stands. Thrown where a message comes to it, and turned into a 422 by the renderer. */
export class VariableFault extends Error {
  constructor(
    readonly variable: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
