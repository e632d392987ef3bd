import { Link } from '@tanstack/react-router';
import type { TimeReason } from '../../api/streams';
import type { Search } from '../../filters/search';
import { classWords, reasonText } from '../../words/reasons';
import { StreamFigure } from '../../words/StreamFigure';
import { openedReason } from './state';

/** Where the time of all items goes, the most first. */
export function Reasons({ reasons }: { reasons: TimeReason[] }) {
  const most = Math.max(...reasons.map(({ share }) => share ?? 0), 0) || 1;
  return (
    <section aria-labelledby="reasons-title" className="reasons-section">
      <h2 id="reasons-title">Where the time goes</h2>
      {reasons.length === 0 ? (
        <p className="nodata">no data</p>
      ) : (
        <>
          <p className="lede">
            Shares of the lead time of all items together.
            <span className="legend">
              <span className="swatch active" aria-hidden="true" /> {classWords.active}
              <span className="swatch waiting" aria-hidden="true" /> {classWords.waiting}
            </span>
          </p>
          <table className="reason-table">
            <thead>
              <tr>
                <th scope="col">For what</th>
                <td aria-hidden="true" />
                <th scope="col" className="num">
                  share
                </th>
                <th scope="col" className="num">
                  median
                </th>
                <th scope="col" className="num">
                  85 % within
                </th>
                <th scope="col" className="num">
                  items
                </th>
              </tr>
            </thead>
            <tbody>
              {reasons.map((reason) => (
                <Line key={`${reason.class} ${reason.reason}`} reason={reason} most={most} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Line({ reason, most }: { reason: TimeReason; most: number }) {
  const of = `${reason.class} ${reason.reason}`;
  return (
    <tr>
      <th scope="row">
        <Link
          to="."
          search={(search: Search) => openedReason(search, reason.reason)}
          resetScroll={false}
          className="open"
          activeProps={{}}
        >
          {reasonText(reason.reason, reason.class)}
        </Link>
        <span className="visually-hidden"> ({reason.class})</span>
      </th>
      <td className="reason-bar" aria-hidden="true">
        <span
          className={`${reason.class} swatch`}
          style={{ width: `${((reason.share ?? 0) / most) * 100}%` }}
        />
      </td>
      <td className="num">
        <StreamFigure figure="reason.share" of={of} value={reason.share} as="share" />
      </td>
      <td className="num">
        <StreamFigure figure="reason.p50" of={of} value={reason.p50} as="duration" />
      </td>
      <td className="num">
        <StreamFigure figure="reason.p85" of={of} value={reason.p85} as="duration" />
      </td>
      <td className="num">
        <StreamFigure figure="reason.n" of={of} value={reason.n} as="count" />
      </td>
    </tr>
  );
}
