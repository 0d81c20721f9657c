import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A `curl` of a page, with the status that its comment states; null: any that is no error. */
export interface DocumentedRequest {
  text: string;
  status: number | null;
}

const BLOCK = /^```bash\n(.*?)^```$/gms;
/** Each begins a line, or what a substitution takes. */
const CURL = /(?:^|\$\()curl /gm;
const STATED = /#\s*(\d{3})\b/;

/** The blocks of a page that are marked `bash`, as far as they have a curl. */
export const blocksOf = (markdown: string): string[] =>
  [...markdown.matchAll(BLOCK)].map(([, text = '']) => text).filter((text) => text.match(CURL) !== null);

/** In the order in which a shell comes to them. A comment belongs to the `curl` before it. */
export function requestsOf(script: string): DocumentedRequest[] {
  const starts = [...script.matchAll(CURL)].map(({ index }) => index);
  return starts.map((start, n) => {
    const text = script.slice(start, starts[n + 1]).split(/\n(?=#|\n)/)[0] ?? '';
    const stated = STATED.exec(text)?.[1];
    return { text: text.trim(), status: stated === undefined ? null : Number(stated) };
  });
}

/** What a `curl` was answered; 0: nothing. */
export interface AnsweredRequest {
  status: number;
  url: string;
}

const MARK = '@@answered';
/** curl itself, which also says on standard error what it was answered. A stream is left after a while. */
const PRELUDE = `
set -euo pipefail
curl() {
  local code=0
  command curl --silent --max-time 20 --write-out '%{stderr}\\n${MARK} %{http_code} %{url_effective}\\n' "$@" || code=$?
  case "$code $*" in '28 -N '*) return 0 ;; esac
  return "$code"
}
`;

/** Runs a page's blocks one after the other in one shell, in `folder`. Rejects where a command fails. */
export async function runDocumented(
  script: string,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<AnsweredRequest[]> {
  // What ends by itself is given its time; a stream does not end.
  const shortened = script.replaceAll('curl -N ', 'curl -N --max-time 2 ');
  const child = spawn('bash', ['-c', PRELUDE + shortened], {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The page's commands ended with ${code}:\n${said}`);
  return [...said.matchAll(new RegExp(`^${MARK} (\\d+) (.*)$`, 'gm'))].map(([, status, url = '']) => ({
    status: Number(status),
    url,
  }));
}
