// Node 12.20 syntax (see bootstrap.mjs).

/** An expected failure: what failed, why, and what to do. Shown without a stack trace. */
export class Failure extends Error {
  /**
   * @param {string} what one sentence
   * @param {{why?: string, log?: string, remedies?: string[]}} details `log` is the path of the full output
   */
  constructor(what, details) {
    super(what);
    this.name = 'Failure';
    this.details = details || {};
  }
}

/** The last lines of a tool's output, without terminal control sequences and empty lines. */
export function tail(text, lines) {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
  const kept = plain.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return kept.slice(-lines).join('\n');
}

const indent = (text) => '    ' + text.split('\n').join('\n    ');

/** Writes a failure for people and returns the exit code. An unexpected error keeps its stack trace. */
export function reportFailure(error, stream) {
  if (!(error instanceof Failure)) {
    stream.write(
      '\nThe bootstrap itself failed, which is a defect:\n' + indent(String(error && error.stack)) + '\n',
    );
    return 1;
  }
  const details = error.details;
  const parts = ['', '✗ ' + error.message];
  if (details.why) parts.push('', '  Why:', indent(details.why));
  if (details.log) parts.push('', '  Full log: ' + details.log);
  if (details.remedies)
    parts.push('', '  What to do:', indent(details.remedies.map((line) => '- ' + line).join('\n')));
  stream.write(parts.join('\n') + '\n\n');
  return 1;
}
