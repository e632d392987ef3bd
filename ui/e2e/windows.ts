/** Windows of whole months, in UTC: the demo's reporting zone. The demo ends today, so they move with the calendar. */

export type Window = { from: string; to: string };

const monthStart = (ago: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
};

const written = (at: Date) => at.toISOString().slice(0, 10);

/** The last so many months that are over. */
export const lastMonths = (n: number): Window => ({
  from: written(monthStart(n)),
  to: written(monthStart(0)),
});

/** The window of the same length that ends where this one begins. */
export function periodBefore({ from, to }: Window): Window {
  const start = Date.parse(from);
  return { from: written(new Date(start - (Date.parse(to) - start))), to: from };
}

/** The same dates a year before. Months start on the 1st, so that no 29 February is in the way. */
export function yearBefore({ from, to }: Window): Window {
  const before = (date: string) => `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`;
  return { from: before(from), to: before(to) };
}

/** A window as the page's address has it. */
export const search = ({ from, to }: Window, more = '') => `?from=${from}&to=${to}${more}`;
