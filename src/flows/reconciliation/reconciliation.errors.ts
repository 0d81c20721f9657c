import { Invalid } from '../../common/errors/kinds.js';

const listed = (known: readonly string[]): string => `There are: ${known.join(', ')}.`;

/** `only` names a check that does not exist. */
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
        message: `There is no check "${name}". ${listed(known)}`,
      })),
      `There is no check ${names.map((name) => `"${name}"`).join(', ')}. ${listed(known)}`,
    );
  }
}

/** `only` names no check at all. A comparison of nothing would find no difference. */
export class NoCheckSelected extends Invalid {
  override code = 'reconciliation.no_check';

  constructor(readonly known: readonly string[]) {
    super(
      [{ path: 'only', code: 'no_check', message: `Name at least one check. ${listed(known)}` }],
      `No check was named, so that nothing would be compared. ${listed(known)}`,
    );
  }
}
