/** Numbers as the pages and the command line write them. "no data" is never written as 0. */

export const noData = 'no data';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

// One for each number of places: a page has thousands of figures, and each new format costs more than its figure.
const formats = [0, 1, 2, 3].map(
  (places) =>
    new Intl.NumberFormat('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places }),
);

function fixed(value: number, places: 0 | 1 | 2 | 3): string {
  return formats[places]?.format(value) ?? value.toFixed(places);
}

/** A typographic minus: as wide as a plus, and read as one. */
function withMinus(text: string): string {
  return text.replace(/^-/, '−');
}

export function countText(n: number): string {
  return withMinus(whole.format(n));
}

/** A ratio of 0 to 1 in per cent with one decimal. */
export function shareText(ratio: number): string {
  return withMinus(`${fixed(ratio * 100, 1)} %`);
}

/** A share of a whole, where a decimal would only pretend: 43 %, 0.4 %. */
export function roughShareText(ratio: number): string {
  const percent = ratio * 100;
  return withMinus(`${fixed(percent, percent > 0 && percent < 1 ? 1 : 0)} %`);
}

/** A number per day with as many places as it needs to be told apart from its neighbours. */
export function rateText(perDay: number): string {
  const size = Math.abs(perDay);
  if (size >= 100) return withMinus(fixed(perDay, 0));
  if (size >= 10) return withMinus(fixed(perDay, 1));
  if (size >= 0.1 || size === 0) return withMinus(fixed(perDay, 2));
  return withMinus(fixed(perDay, 3));
}

/** Percentage points, for the difference of two ratios. */
export function pointsText(difference: number): string {
  return `${fixed(Math.abs(difference) * 100, 1)} points`;
}

/** A number of days, with a tenth where it is not whole. */
export function daysText(days: number): string {
  return withMinus(fixed(days, 1).replace(/\.0$/, ''));
}

/** One of something, or several: 1 item, 2 items. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${countText(n)} ${n === 1 ? one : many}`;
}
