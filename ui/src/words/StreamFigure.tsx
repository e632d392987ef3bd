import { durationText } from './durations';
import { countText, daysText, noData, rateText, roughShareText, shareText } from './numbers';

const writers = {
  duration: durationText, // seconds
  share: roughShareText, // of a whole, where a decimal would only pretend
  ratio: shareText,
  count: countText,
  rate: rateText, // a day
  days: daysText,
};

export type Writing = keyof typeof writers;

/** A figure of a stream as text: unknown is "no data" and never 0. */
export function streamText(as: Writing, value: number | null | undefined): string {
  return value == null ? noData : writers[as](value);
}

type Props = {
  figure: string; // as the API names it: lead.p50, waiting.mean …
  of?: string; // the stage, the reason, the pair; without it the whole stream
  value: number | null | undefined;
  as: Writing;
};

/** A number of a stream: with its name, so that it can be compared with what the command line says. */
export function StreamFigure({ figure, of, value, as }: Props) {
  if (value == null) return <span className="nodata">{noData}</span>;
  return (
    <data className="figure" value={String(value)} data-stream-figure={figure} data-of={of}>
      {streamText(as, value)}
    </data>
  );
}
