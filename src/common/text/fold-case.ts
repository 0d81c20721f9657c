/**
 * The one form in which e-mail addresses and usernames are compared. Both are ASCII, so only A to Z have another case: what
 * JavaScript, PostgreSQL and a locale make of other letters differs (`İ`, `K`), and must not make two names of one.
 */
export const foldCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
