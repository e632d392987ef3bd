import type { HandoffsTold } from '../../api/handoffs';
import { HereLink } from '../../filters/HereLink';
import { waitShare } from '../../words/groups';
import { StreamFigure } from '../../words/StreamFigure';
import { matrixOf } from './matrix';
import { pairOpened } from './reading';

/** The page's answer in words: how much of the lead time went by between groups, and where most of it did. */
export function Sentence({ told }: { told: HandoffsTold }) {
  const { n, share } = waitShare(told);
  const [first] = told.pairs;
  const [most] = matrixOf(told.pairs, 1).tos;
  return (
    <p className="sentence">
      <StreamFigure figure="items" value={told.items} as="count" /> {told.items === 1 ? 'item' : 'items'}{' '}
      changed hands <StreamFigure figure="n" value={n} as="count" /> {n === 1 ? 'time' : 'times'}
      {share !== null && (
        <>
          , and{' '}
          <strong>
            <StreamFigure figure="share" value={share} as="share" />
          </strong>{' '}
          of their lead time went by before the receiver began
        </>
      )}
      .
      {most && most.total > 0 && (
        <>
          {' '}
          Longest was waited for <strong>{most.group}</strong>:{' '}
          <StreamFigure figure="to.total" of={most.group} value={most.total} as="duration" /> in all.
        </>
      )}
      {first && first.total > 0 && (
        <>
          {' '}
          The longest of a pair:{' '}
          <HereLink change={(search) => pairOpened(search, first.from, first.to)}>
            {first.from} waited for {first.to}
          </HereLink>
          , <StreamFigure figure="total" of={`${first.from}→${first.to}`} value={first.total} as="duration" />{' '}
          in all
          {first.share !== null && (
            <>
              ,{' '}
              <StreamFigure figure="share" of={`${first.from}→${first.to}`} value={first.share} as="share" />{' '}
              of the lead time
            </>
          )}
          .
        </>
      )}
    </p>
  );
}
