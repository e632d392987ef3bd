const dayLength = 86_400_000; // milliseconds; the dates are of a calendar without zones, whose days are all as long

/** The day after or before a date, as the API writes dates. */
export function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayLength).toISOString().slice(0, 10);
}
