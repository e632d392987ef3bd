import { useCallback, useMemo } from 'react';
import { useNavigate } from '@tanstack/react-router';
import type { FlowTold } from '../../api/flow';
import type { Click } from '../../charts/Drawing';
import { lines } from '../../charts/percentiles';
import { scatterOption, type Dot } from '../../charts/scatter';
import { HereLink } from '../../filters/HereLink';
import { carried, type Search } from '../../filters/search';
import { StreamFigure } from '../../words/StreamFigure';
import { Chart } from './Chart';
import { itemsOpened } from './reading';

/** Each finished item: when, and how long it took. What one can promise stands on the lines. */
export function Scatter({ told, zone }: { told: FlowTold; zone: string }) {
  const { scatter, from, to } = told;
  const navigate = useNavigate();
  const option = useMemo(
    () => scatterOption(scatter.points, scatter.percentiles, { from, to }, zone),
    [scatter, from, to, zone],
  );
  const open = useCallback(
    ({ data }: Click) => {
      const { point } = data as Partial<Dot>;
      if (point) {
        void navigate({
          to: '/item',
          search: (search: Search) => ({ ...carried(search), item: point.item }),
        });
      }
    },
    [navigate],
  );
  return (
    <section aria-labelledby="scatter-title" className="block">
      <div className="section-head">
        <h2 id="scatter-title">How long finished items took</h2>
        <HereLink className="no-print" change={(search) => itemsOpened(search, { kind: 'done' })}>
          All items
        </HereLink>
      </div>
      {scatter.n === 0 ? (
        <p className="nodata">no data: nothing was finished in this window</p>
      ) : (
        <>
          <p className="lede">
            {lines.map(({ name, words }, i) => (
              <span key={name}>
                {i > 0 && ', '}
                {words} within{' '}
                <StreamFigure figure={`scatter.${name}`} value={scatter.percentiles[name]} as="duration" />
              </span>
            ))}
            . From the first stage to the last, waits included.
          </p>
          <Chart option={option} height={300} open={open} />
          <p className="source">
            A triangle at the upper edge took longer than the drawing is high.
            {scatter.points.length < scatter.n && (
              <>
                {' '}
                {scatter.points.length} of {scatter.n} items are drawn; the lines are those of all.
              </>
            )}
          </p>
        </>
      )}
    </section>
  );
}
