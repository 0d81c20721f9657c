/**
 * The form in which names that people choose are compared regardless of case: `Äpfel` and `äPFEL`, `Straße` and
 * `STRASSE`. It is stored and compared directly, because PostgreSQL's own folding depends on its locale.
 */
export const nameKey = (name: string): string =>
  name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
