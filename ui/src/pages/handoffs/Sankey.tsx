import { lazy, Suspense, useCallback, useMemo } from 'react';
import type { Pair } from '../../api/handoffs';
import type { Click } from '../../charts/Drawing';
import { bandsOf, sankeyHeight, sankeyOption } from '../../charts/sankey';
import { useSetSearch } from '../../filters/address';
import { counted } from '../../words/numbers';
import { pairOpened } from './reading';

const Drawing = lazy(() => import('../../charts/SankeyDrawing'));

/** The same waits as bands: what a glance takes in. The tables have every number of it. */
export function Sankey({ pairs }: { pairs: Pair[] }) {
  const set = useSetSearch();
  const bands = useMemo(() => bandsOf(pairs), [pairs]);
  const option = useMemo(() => sankeyOption(bands), [bands]);
  const height = sankeyHeight(bands);
  const open = useCallback(
    ({ dataType, data }: Click) => {
      const { pair } = data as { pair?: Pair };
      if (dataType === 'edge' && pair) set((search) => pairOpened(search, pair.from, pair.to));
    },
    [set],
  );
  if (bands.bands.length === 0) return null;
  return (
    <section aria-labelledby="sankey-title" className="block">
      <h2 id="sankey-title">Where the waiting flows</h2>
      <p className="lede">
        From those who hand over, on the left, to those who are waited for. A band is as thick as the wait is
        long in all<span className="no-print">; a click opens it</span>.
      </p>
      <div className="sankey" style={{ minHeight: height }}>
        <Suspense>
          <Drawing option={option} height={height} open={open} />
        </Suspense>
      </div>
      <p className="source">
        The table of all pairs says the same in numbers
        {bands.left.length > 0 && (
          <>
            ; {counted(bands.left.length, 'pair')}, too thin to be drawn,{' '}
            {bands.left.length === 1 ? 'stands' : 'stand'} only there
          </>
        )}
        .
      </p>
    </section>
  );
}
