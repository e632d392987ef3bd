import type { FlowTold } from '../../api/flow';
import { isLate } from '../../charts/ageing';
import { HereLink } from '../../filters/HereLink';
import { StreamFigure } from '../../words/StreamFigure';
import { itemsOpened } from './reading';

/** The page's answer in words: how long things take, how much of it is work, and how much is late already. */
export function Sentence({ told: { scatter, ageing, efficiency } }: { told: FlowTold }) {
  const late = ageing.items.filter((item) => isLate(item, ageing.percentiles)).length;
  return (
    <p className="sentence">
      {scatter.n === 0 ? (
        'Nothing was finished in this window.'
      ) : (
        <>
          Of{' '}
          <HereLink change={(search) => itemsOpened(search, { kind: 'done' })}>
            <StreamFigure figure="scatter.n" value={scatter.n} as="count" />{' '}
            {scatter.n === 1 ? 'finished item' : 'finished items'}
          </HereLink>{' '}
          half took up to{' '}
          <strong>
            <StreamFigure figure="scatter.p50" value={scatter.percentiles.p50} as="duration" />
          </strong>{' '}
          and 85 % up to <StreamFigure figure="scatter.p85" value={scatter.percentiles.p85} as="duration" />
          {efficiency.value !== null && (
            <>
              ; somebody worked on them for{' '}
              <strong>
                <StreamFigure figure="efficiency" value={efficiency.value} as="share" />
              </strong>{' '}
              of that time
            </>
          )}
          .
        </>
      )}{' '}
      {ageing.n === 0 ? (
        'Nothing is under way now.'
      ) : (
        <>
          <HereLink change={(search) => itemsOpened(search, { kind: 'open' })}>
            <StreamFigure figure="ageing.n" value={ageing.n} as="count" /> {ageing.n === 1 ? 'is' : 'are'}{' '}
            under way now
          </HereLink>
          {ageing.percentiles.p85 !== null && (
            <>
              , <StreamFigure figure="ageing.late" value={late} as="count" /> of them for longer already than
              85 % of the finished ones took
            </>
          )}
          .
        </>
      )}
    </p>
  );
}
