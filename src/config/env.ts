export type Env = Readonly<Record<string, string | undefined>>;

export const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';
