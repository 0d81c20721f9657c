/** The severities that fail the check. Lower ones are only shown. */
const SEVERE = ['high', 'critical'];

/** Advisories that do not concern this project: `GHSA-…` and why. */
export const ACCEPTED = {};

/**
 * The result of an audit. `unknown`: there is no result, and why.
 * @param {{stdout: string, why: string}} run of `pnpm audit --json`
 * @returns {{isFault: boolean, summary?: string, unknown?: string}}
 */
export function verdictOf({ stdout, why }) {
  const report = parsed(stdout);
  if (report === null) return { isFault: false, unknown: why || 'the audit gave no report' };
  if (report.error) return { isFault: false, unknown: firstSentence(report.error.message) };
  const advisories = Object.values(report.advisories ?? {}).filter(
    ({ github_advisory_id: id }) => !(id in ACCEPTED),
  );
  const severe = advisories.filter(({ severity }) => SEVERE.includes(severity));
  const lines = advisories.map(
    ({ severity, module_name: name, vulnerable_versions: versions, title, github_advisory_id: id }) =>
      `  ${severity}: ${name} ${versions}: ${title} (${id})`,
  );
  const summary =
    advisories.length === 0
      ? 'No known vulnerabilities.'
      : `${severe.length > 0 ? '✗ ' : ''}Known vulnerabilities: ${advisories.length}\n${lines.join('\n')}`;
  return { isFault: severe.length > 0, summary };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const firstSentence = (text) => text.split(/(?<=\.)\s/)[0];
