import { useCallback, useMemo } from 'react';
import type { FlowTold } from '../../api/flow';
import { countsOption } from '../../charts/counts';
import type { Click } from '../../charts/Drawing';
import { useSetSearch } from '../../filters/address';
import { HereLink } from '../../filters/HereLink';
import { bucketText, tickText } from '../../words/dates';
import { StreamFigure } from '../../words/StreamFigure';
import { AsTable } from './AsTable';
import { Chart } from './Chart';
import { itemsOpened, type FlowEvery } from './reading';

/** How many items are finished in each week. */
export function Throughput({ told, every, zone }: { told: FlowTold; every: FlowEvery; zone: string }) {
  const { throughput } = told;
  const set = useSetSearch();
  const option = useMemo(() => {
    const rows = throughput.map(({ bucket, n }) => ({
      name: bucketText(bucket, every, zone),
      tick: tickText(bucket, every, zone, false),
      n,
    }));
    return countsOption(rows, 'bar', 'finished');
  }, [throughput, every, zone]);
  const open = useCallback(
    ({ dataIndex }: Click) => {
      const bucket = throughput[dataIndex]?.bucket;
      if (bucket !== undefined) set((search) => itemsOpened(search, { kind: 'done', bucket }));
    },
    [throughput, set],
  );
  return (
    <section aria-labelledby="throughput-title" className="block">
      <h2 id="throughput-title">Finished by {every}</h2>
      <p className="lede">
        The first and the last {every} may be incomplete.
        <span className="no-print"> A click on a bar opens its items.</span>
      </p>
      <Chart option={option} height={200} open={open} />
      <AsTable of={`Items finished by ${every}`}>
        {() => (
          <table className="stage-table">
            <thead>
              <tr>
                <th scope="col">{every}</th>
                <th scope="col" className="num">
                  finished
                </th>
              </tr>
            </thead>
            <tbody>
              {throughput.map(({ bucket, n }) => (
                <tr key={bucket}>
                  <th scope="row">{bucketText(bucket, every, zone)}</th>
                  <td className="num">
                    <HereLink change={(search) => itemsOpened(search, { kind: 'done', bucket })}>
                      <StreamFigure figure="throughput" of={bucket} value={n} as="count" />
                    </HereLink>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </AsTable>
    </section>
  );
}
