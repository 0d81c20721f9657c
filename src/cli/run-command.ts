import { Command, CommanderError, InvalidArgumentError } from 'commander';

import { describeFailure } from './terminal/explained.js';

export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;

export interface CommandDefinition<Options> {
  /** The command line: `npm run db:migrate`. */
  script: string;
  description: string;
  /** Adds options and examples to the parser. */
  configure?: (command: Command) => Command;
  /** Does the work. May return an exit code other than 0. */
  run: (options: Options) => Promise<number | void>;
}

/** An option's value that is a whole number from `min` on, up to `max`. */
export const wholeNumber =
  (min: number, max = 999_999_999) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > max)
      throw new InvalidArgumentError(
        `It must be a whole number from ${min} ${max === 999_999_999 ? 'on' : `to ${max}`}.`,
      );
    return Number(text);
  };

/** Prints a message for people. The result of a command goes to stdout, everything else here. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** One object on one line of stdout. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

async function execute<Options extends object>(
  definition: CommandDefinition<Options>,
  argv: readonly string[],
): Promise<number> {
  const command = new Command(`npm run ${definition.script} --`)
    .description(definition.description)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError(`\nSee: npm run ${definition.script} -- --help`)
    .exitOverride();
  definition.configure?.(command);
  let exitCode = 0;
  command.action(async (options: Options) => {
    exitCode = (await definition.run(options)) ?? 0;
  });
  try {
    await command.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already printed the fault, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    process.stderr.write(describeFailure(error));
    return EXIT_FAILURE;
  }
}

/**
 * The main function of a command: parses `argv`, runs it and sets the exit code: 0 done, 1 failed, 2 wrong usage. An
 * expected failure is shown with what failed, why, and what to do. Only a defect is shown with its stack.
 */
export async function runCommand<Options extends object>(
  definition: CommandDefinition<Options>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of the pipe (`… | head`) has ended.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await execute(definition, argv);
}
