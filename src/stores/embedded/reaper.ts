import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

// Reads lists, one a line, and uses the last one. The pipe ends when the supervisor ends, in whatever way.
const SCRIPT = `
trap '' INT TERM HUP
list=
while read -r line; do list=$line; done
[ -z "$list" ] && exit 0
for entry in $list; do
  pid=\${entry#*:}
  for member in $pid $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do kill -CONT "$member" 2>/dev/null; done
  kill -"\${entry%%:*}" "\${entry#*:}" 2>/dev/null
done
rounds=0
while [ $rounds -lt 50 ]; do
  alive=
  for entry in $list; do kill -0 "\${entry#*:}" 2>/dev/null && alive=1; done
  [ -z "$alive" ] && exit 0
  sleep 0.1 2>/dev/null || sleep 1
  rounds=$((rounds + 1))
done
for entry in $list; do kill -KILL "\${entry#*:}" 2>/dev/null; done
`;

/**
 * Ends the registered processes when this process dies, even by `kill -9`. It is a shell that waits on a pipe whose
 * other end only this process holds. On Windows there is none.
 */
export class Reaper {
  private readonly signals = new Map<number, string>();
  private shell: ChildProcess | null = null;
  private isClosed = false;

  constructor() {
    this.spawnShell();
  }

  /** `signal` ends the process in an orderly way. A process that survives it for 5 s is killed. */
  watch(pid: number, signal: NodeJS.Signals): void {
    this.signals.set(pid, signal.replace(/^SIG/, ''));
    this.tell();
  }

  /** Call it as soon as the process has ended, because another process may soon have its pid. */
  forget(pid: number): void {
    if (this.signals.delete(pid)) this.tell();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const shell = this.shell;
    if (!shell || shell.exitCode !== null || shell.signalCode !== null) return;
    // From here on this process waits for the shell to end.
    shell.ref();
    const ended = once(shell, 'exit');
    this.signals.clear();
    this.tell();
    shell.stdin?.end();
    await ended;
  }

  private spawnShell(): void {
    if (process.platform === 'win32') return;
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'triptych-reaper'], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.shell = shell;
    shell.unref();
    // Ignores the error of a write to a killed reaper, because the `exit` handler below replaces it.
    shell.stdin?.on('error', () => undefined);
    shell.once('exit', () => {
      if (!this.isClosed) this.spawnShell();
    });
    this.tell();
  }

  private tell(): void {
    const list = [...this.signals].map(([pid, signal]) => `${signal}:${pid}`).join(' ');
    if (this.shell?.stdin?.writable) this.shell.stdin.write(`${list}\n`);
  }
}
