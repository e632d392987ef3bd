import { useMemo } from 'react';
import type { FlowTold } from '../../api/flow';
import { countsOption } from '../../charts/counts';
import { dayText, dayTicks } from '../../charts/days';
import { HereLink } from '../../filters/HereLink';
import { StreamFigure } from '../../words/StreamFigure';
import { AsTable } from './AsTable';
import { Chart } from './Chart';
import { itemsOpened } from './reading';

/** How many items were begun and not finished, day by day: the more there are, the longer each takes. */
export function Load({ told: { load } }: { told: FlowTold }) {
  const option = useMemo(() => {
    const ticks = dayTicks(load.map(({ day }) => day));
    const rows = load.map(({ day, n }, i) => ({ name: dayText(day), tick: ticks[i] ?? '', n }));
    return countsOption(rows, 'line', 'under way');
  }, [load]);
  const [first, last] = [load[0], load.at(-1)];
  return (
    <section aria-labelledby="load-title" className="block">
      <h2 id="load-title">Under way at once</h2>
      {first === undefined || last === undefined ? (
        <p className="nodata">no data</p>
      ) : (
        <>
          <p className="lede">
            <HereLink change={(search) => itemsOpened(search, { kind: 'open' })}>
              <StreamFigure figure="load" of={last.day} value={last.n} as="count" /> on {dayText(last.day)}
            </HereLink>
            , after <StreamFigure figure="load" of={first.day} value={first.n} as="count" /> on{' '}
            {dayText(first.day)}. The more is under way, the longer each item takes.
          </p>
          <Chart option={option} height={200} />
          <AsTable of="Items under way by day">
            {() => (
              <table className="stage-table">
                <thead>
                  <tr>
                    <th scope="col">Day</th>
                    <th scope="col" className="num">
                      under way
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {load.map(({ day, n }) => (
                    <tr key={day}>
                      <th scope="row">{dayText(day)}</th>
                      <td className="num">
                        <StreamFigure figure="load.day" of={day} value={n} as="count" />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </AsTable>
        </>
      )}
    </section>
  );
}
