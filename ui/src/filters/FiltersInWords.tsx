import { Link } from '@tanstack/react-router';
import type { Answers } from '../api/model';
import { lastDay, windowText } from '../words/dates';
import { Time } from '../words/Time';
import { without, type Filters, type Search } from './search';

/** The filters as a line of text: on paper it stands instead of the controls, on the screen it names the dates. */
export function FiltersInWords({
  filters,
  answers,
  zone,
}: {
  filters: Filters;
  answers: Answers;
  zone: string;
}) {
  const chosen = (['product', 'team', 'service'] as const).flatMap((name) =>
    filters[name].length > 0 ? [`${name} ${filters[name].join(', ')}`] : [],
  );
  return (
    <p className="in-words">
      <Time at={answers.from} zone={zone} date /> to{' '}
      <Time at={lastDay(answers.to, answers.from).toISOString()} zone={zone} date /> ({zone})
      {answers.compared && (
        <>, compared with {windowText(answers.compared.from, answers.compared.to, zone)}</>
      )}
      {chosen.length > 0 ? <>; only {chosen.join('; ')}</> : <>; the whole organisation</>}.
      {chosen.length > 0 && (
        <span className="no-print">
          {' '}
          <Link
            to="/"
            search={(search: Search) => without(search, 'product', 'team', 'service')}
            resetScroll={false}
          >
            Show everything again
          </Link>
        </span>
      )}
      <span className="print-only">
        {' '}
        Printed <Time at={new Date().toISOString()} zone={zone} /> {zone}.
      </span>
    </p>
  );
}
