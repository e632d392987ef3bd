import { dateText, timeText } from './dates';

/** A moment in the reporting time zone; its exact time is in the attribute. */
export function Time({ at, zone, date = false }: { at: string; zone: string; date?: boolean }) {
  return (
    <time className="figure" dateTime={at}>
      {date ? dateText(at, zone) : timeText(at, zone)}
    </time>
  );
}
