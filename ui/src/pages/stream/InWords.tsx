import type { StreamFilters } from '../../filters/streamFilters';
import { lastDay } from '../../words/dates';
import { Time } from '../../words/Time';
import { chosenText } from './chosen';

type Props = { filters: StreamFilters; told: { from: string; to: string }; zone: string };

/** The filters as a line of text: it names the dates, and on paper it stands instead of the controls. */
export function InWords({ filters, told, zone }: Props) {
  return (
    <p className="in-words">
      Finished from <Time at={told.from} zone={zone} date /> to{' '}
      <Time at={lastDay(told.to, told.from).toISOString()} zone={zone} date /> ({zone}); {chosenText(filters)}
      .
      <span className="print-only">
        {' '}
        Printed <Time at={new Date().toISOString()} zone={zone} /> {zone}.
      </span>
    </p>
  );
}
