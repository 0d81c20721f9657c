// Node 12.20 syntax (see bootstrap.mjs).

const NAME_WIDTH = 26;
const DETAIL_WIDTH = 44;
const QUIET_REPORT_EVERY_MS = 10000;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** `0.4 s`, `12.3 s`, `3 min 15 s`. */
export function elapsed(ms) {
  if (ms < 60000) return (ms / 1000).toFixed(1) + ' s';
  return Math.floor(ms / 60000) + ' min ' + Math.floor((ms % 60000) / 1000) + ' s';
}

/** One line of the list. `working` marks that real work has begun. `done` and `fail` end it. */
class Step {
  constructor(steps, name) {
    this.steps = steps;
    this.name = name;
    this.detail = '';
    this.startedAt = Date.now();
    this.reportedAt = 0;
    this.isWorking = false;
  }

  working(detail) {
    this.isWorking = true;
    this.detail = detail;
    this.steps.changed(this, true);
  }

  progress(detail) {
    this.detail = detail;
    this.steps.changed(this, false);
  }

  done(detail) {
    this.detail = detail;
    this.steps.ended(this, '✓');
  }

  notice(detail) {
    this.isWorking = true;
    this.detail = detail;
    this.steps.ended(this, '!');
  }

  fail(detail) {
    this.isWorking = true;
    this.detail = detail;
    this.steps.ended(this, '✗');
  }
}

/**
 * The list of steps with their elapsed times. A terminal gets live lines for running steps. Other output gets a line
 * at the start and the end of each step, and one every few seconds in between. `quiet`: only steps with real work are
 * shown.
 */
export class Steps {
  constructor(options) {
    this.stream = options.stream;
    this.quiet = options.quiet;
    this.running = [];
    this.liveLines = 0;
    this.frame = 0;
    this.timer = null;
  }

  open(name) {
    return new Step(this, name);
  }

  /** Ends live drawing; called before another program takes over the terminal. */
  close() {
    this.erase();
    this.running = [];
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  changed(step, isStart) {
    if (isStart && this.running.indexOf(step) < 0) this.running.push(step);
    if (this.stream.isTTY) {
      this.draw();
      if (!this.timer) this.timer = setInterval(() => this.draw(), 120);
      return;
    }
    const now = Date.now();
    if (!isStart && now - step.reportedAt < QUIET_REPORT_EVERY_MS) return;
    step.reportedAt = now;
    this.stream.write(this.line(step, '…', isStart ? '' : elapsed(now - step.startedAt)) + '\n');
  }

  ended(step, mark) {
    this.erase();
    this.running = this.running.filter((other) => other !== step);
    if (step.isWorking || !this.quiet) {
      this.stream.write(this.line(step, mark, elapsed(Date.now() - step.startedAt)) + '\n');
    }
    if (this.running.length > 0) this.draw();
    else this.close();
  }

  line(step, mark, time) {
    return (
      mark +
      ' ' +
      step.name.padEnd(NAME_WIDTH) +
      ' ' +
      step.detail.padEnd(DETAIL_WIDTH) +
      ' ' +
      time
    ).trimEnd();
  }

  draw() {
    if (!this.stream.isTTY) return;
    this.erase();
    const width = (this.stream.columns || 80) - 1;
    this.frame = (this.frame + 1) % SPINNER.length;
    for (const step of this.running) {
      const time = elapsed(Date.now() - step.startedAt);
      const short = Object.assign({}, step, { detail: step.detail.slice(0, DETAIL_WIDTH) });
      this.stream.write(this.line(short, SPINNER[this.frame], time).slice(0, width) + '\n');
    }
    this.liveLines = this.running.length;
  }

  erase() {
    if (this.liveLines > 0) this.stream.write('\u001b[' + this.liveLines + 'A\u001b[0J');
    this.liveLines = 0;
  }
}
