/**
 * The one form in which names that people choose are compared, whatever the case: `Äpfel` and `äPFEL`, `Straße` and
 * `STRASSE`. It is stored and compared as it is, because what PostgreSQL makes of a letter depends on its locale.
 */
export const nameKey = (name: string): string =>
  name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
