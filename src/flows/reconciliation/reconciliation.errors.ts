import { Invalid } from '../../common/errors/kinds.js';

/** `only` names a check that there is not. */
export class UnknownCheck extends Invalid {
  override code = 'reconciliation.unknown_check';

  constructor(
    names: readonly string[],
    readonly known: readonly string[],
  ) {
    super(
      names.map((name) => ({
        path: 'only',
        code: 'unknown_check',
        message: `There is no check "${name}". There are: ${known.join(', ')}.`,
      })),
      `There is no check ${names.map((name) => `"${name}"`).join(', ')}. There are: ${known.join(', ')}.`,
    );
  }
}
