import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { UseQueryResult } from '@tanstack/react-query';
import { useHandoffs, type HandoffsTold } from '../../api/handoffs';
import { useValueStream, type ValueStream } from '../../api/streams';
import { useSearchNow } from '../../filters/address';
import { carried, type Search } from '../../filters/search';
import { readStreamFilters, streamQuery } from '../../filters/streamFilters';
import { classWords, reasonText } from '../../words/reasons';
import { sentenceText } from '../../words/sentences';
import { StreamFigure } from '../../words/StreamFigure';
import { pairOpened } from '../handoffs/reading';
import { largestWaits, waitingOf, wayOf, type WayPart } from './way';

const most = 3; // waits of each kind

/** Where the time goes between the idea and production: one bar, and the largest waits on the way. */
export function Way() {
  const query = streamQuery(readStreamFilters(useSearchNow()));
  const stream = useValueStream(query);
  const handoffs = useHandoffs({ ...query, between: 'groups' });
  return (
    <section aria-labelledby="way-title" className="way" aria-busy={stream.isPlaceholderData}>
      <h2 id="way-title">Where the time goes, from the idea to production</h2>
      <Known stream={stream} handoffs={handoffs} />
    </section>
  );
}

type Props = { stream: UseQueryResult<ValueStream>; handoffs: UseQueryResult<HandoffsTold> };

function Known({ stream, handoffs }: Props) {
  if (stream.error) return <p className="nodata">{sentenceText(stream.error.message, 'UTC')}</p>;
  if (!stream.data) return <Skeleton height={120} animate={false} />;
  const told = stream.data;
  const parts = wayOf(told);
  if (told.items.n === 0 || parts.length === 0) {
    return <p className="nodata">no data: nothing was finished in this window</p>;
  }
  return (
    <>
      <p className="lede">
        On average an item takes{' '}
        <StreamFigure figure="lead.mean" value={told.items.lead.mean} as="duration" />;{' '}
        <strong>
          <StreamFigure figure="way.waiting" value={waitingOf(parts)} as="share" />
        </strong>{' '}
        of that is waiting. (<StreamFigure figure="n" value={told.items.n} as="count" /> tickets and changes)
        <span className="legend">
          <span className="swatch active" aria-hidden="true" /> {classWords.active}
          <span className="swatch waiting" aria-hidden="true" /> {classWords.waiting}
        </span>
      </p>
      <Bar parts={parts} />
      <div className="waits">
        <div>
          <h3>The largest waits</h3>
          <Waits told={told} />
        </div>
        <div>
          <h3>Who waits the most, for whom</h3>
          <Pairs handoffs={handoffs} />
        </div>
      </div>
    </>
  );
}

/** The names and shares are read out from the list; what is seen leads to the map. */
function Bar({ parts }: { parts: WayPart[] }) {
  return (
    <>
      <ol className="stage-bar" aria-hidden="true">
        {parts.map((part) => (
          <li
            key={`${part.stage} ${part.class}`}
            className={`stage ${part.class}${part.share > 0.25 ? '' : ' narrow'}`}
            style={{ flexGrow: part.share }}
            title={`${part.title}: ${classWords[part.class]}`}
          >
            <Link
              to="/value-stream"
              search={(search: Search) => ({ ...carried(search), open: 'items', stage: part.stage })}
              className="open"
              tabIndex={-1}
            >
              {part.share > 0.055 ? part.title : ''}
            </Link>
          </li>
        ))}
      </ol>
      <ul className="visually-hidden">
        {parts.map((part) => (
          <li key={`${part.stage} ${part.class}`}>
            {part.title}, {classWords[part.class]}:{' '}
            <StreamFigure figure={`way.${part.class}`} of={part.stage} value={part.share} as="share" />
          </li>
        ))}
      </ul>
    </>
  );
}

function Waits({ told }: { told: ValueStream }) {
  const waits = largestWaits(told.reasons, most);
  if (waits.length === 0) return <p className="nodata">Nothing waited.</p>;
  return (
    <ol>
      {waits.map((wait) => (
        <li key={wait.reason}>
          <Link
            to="/value-stream"
            search={(search: Search) => ({ ...carried(search), open: 'items', reason: wait.reason })}
            className="open"
          >
            {reasonText(wait.reason, wait.class)}
          </Link>
          : <StreamFigure figure="reason.share" of={`waiting ${wait.reason}`} value={wait.share} as="share" />{' '}
          of all time, median{' '}
          <StreamFigure figure="reason.p50" of={`waiting ${wait.reason}`} value={wait.p50} as="duration" />
        </li>
      ))}
    </ol>
  );
}

function Pairs({ handoffs }: Pick<Props, 'handoffs'>) {
  if (handoffs.error) return <p className="nodata">{sentenceText(handoffs.error.message, 'UTC')}</p>;
  if (!handoffs.data) return <Skeleton height={66} animate={false} />;
  const pairs = handoffs.data.pairs.filter(({ total }) => total > 0).slice(0, most);
  if (pairs.length === 0) return <p className="nodata">Nobody waited for another group.</p>;
  return (
    <ol>
      {pairs.map((pair) => {
        const of = `${pair.from} → ${pair.to}`;
        return (
          <li key={of}>
            <Link
              to="/handoffs"
              search={(search: Search) => pairOpened(carried(search), pair.from, pair.to)}
              className="open"
            >
              {of}
            </Link>
            : <StreamFigure figure="pair.share" of={of} value={pair.share} as="share" /> of all time,{' '}
            <StreamFigure figure="pair.n" of={of} value={pair.n} as="count" /> times, median{' '}
            <StreamFigure figure="pair.p50" of={of} value={pair.wait.p50} as="duration" />
          </li>
        );
      })}
    </ol>
  );
}
