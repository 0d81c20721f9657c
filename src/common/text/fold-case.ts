/**
 * The form in which e-mail addresses and usernames are compared. Both are ASCII, so only A to Z have another case.
 * JavaScript, PostgreSQL and locales differ in what they make of other letters (`İ`, `K`), which must not make two
 * names equal.
 */
export const foldCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
