/** The server's sentences as this page writes them: a capital at the start, a full stop at the end, dates in its way. */

import { dateText, timeText } from './dates';

const time = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})/g;

export function sentenceText(said: string, zone: string): string {
  const text = said.replace(time, (at) => (Number.isNaN(Date.parse(at)) ? at : momentText(at, zone)));
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** A day's first instant is meant as the day. */
function momentText(at: string, zone: string): string {
  const text = timeText(at, zone);
  return text.endsWith(' 00:00') ? dateText(at, zone) : text;
}
