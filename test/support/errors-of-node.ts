/**
 * Jest runs a test in a realm of its own, whose `Error` differs from the one that Node's own modules throw. There a
 * refused connection would not be `instanceof Error`, although it is in the real process. Set up before every test
 * file.
 */
const isInstance = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown): boolean {
    if (isInstance.call(this as typeof Error, candidate)) return true;
    return this === Error && Object.prototype.toString.call(candidate) === '[object Error]';
  },
});

export {};
