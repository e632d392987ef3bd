import { Link } from '@tanstack/react-router';
import type { LeftOut } from '../../api/streams';
import { carried, type Search } from '../../filters/search';
import { StreamFigure } from '../../words/StreamFigure';

/** What the figures do not count, by reason; it opens the items. */
export function LeftOutLine({ leftOut }: { leftOut: LeftOut[] }) {
  if (leftOut.length === 0) return <p className="source left-out">Nothing was left out.</p>;
  return (
    <p className="source left-out">
      <Link
        to="/value-stream"
        search={(search: Search) => ({ ...carried(search), open: 'items', tab: 'excluded' })}
        resetScroll={false}
      >
        Left out
      </Link>
      :{' '}
      {leftOut.map(({ reason, n }, i) => (
        <span key={reason}>
          {i > 0 && '; '}
          <StreamFigure figure="left_out" of={reason} value={n} as="count" /> {reason}
        </span>
      ))}
      .
    </p>
  );
}
