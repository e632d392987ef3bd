import { useState } from 'react';
import { Button } from '@mantine/core';
import type { Pair } from '../../api/handoffs';
import { HereLink } from '../../filters/HereLink';
import { groupText } from '../../words/groups';
import { counted } from '../../words/numbers';
import { StreamFigure } from '../../words/StreamFigure';
import { pairOpened } from './reading';

const first = 15; // rows before somebody asks for all

/** All pairs with all their figures: what the matrix and the bands are drawn from. */
export function PairTable({ pairs }: { pairs: Pair[] }) {
  const [all, setAll] = useState(false);
  if (pairs.length === 0) return null;
  const shown = all ? pairs : pairs.slice(0, first);
  return (
    <section aria-labelledby="pairs-title" className="block">
      <h2 id="pairs-title">All pairs</h2>
      <div className="scroll">
        <table className="stage-table handoff-table">
          <thead>
            <tr>
              <th scope="col">From → to</th>
              <th scope="col" className="num">
                waited in all
              </th>
              <th scope="col" className="num wide">
                of lead time
              </th>
              <th scope="col" className="num">
                handoffs
              </th>
              <th scope="col" className="num wide">
                half within
              </th>
              <th scope="col" className="num wide">
                85 % within
              </th>
              <th scope="col" className="num wide">
                returns
              </th>
              <th scope="col" className="num">
                wait now
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((pair) => (
              <Row key={`${pair.from}→${pair.to}`} pair={pair} />
            ))}
          </tbody>
        </table>
      </div>
      {pairs.length > first && (
        <p className="more no-print">
          <span>
            {shown.length} of {counted(pairs.length, 'pair')}
          </span>
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={all}
            onClick={() => {
              setAll(!all);
            }}
          >
            {all ? 'Fewer' : 'Show all'}
          </Button>
        </p>
      )}
    </section>
  );
}

function Row({ pair }: { pair: Pair }) {
  const { from, to, n, wait, total, share, returns, still } = pair;
  const of = `${from}→${to}`;
  return (
    <tr>
      <th scope="row">
        <HereLink change={(search) => pairOpened(search, from, to)}>
          {groupText(from)} → {groupText(to)}
        </HereLink>
      </th>
      <td className="num">
        <StreamFigure figure="total" of={of} value={n === 0 ? null : total} as="duration" />
      </td>
      <td className="num wide">
        <StreamFigure figure="share" of={of} value={share} as="share" />
      </td>
      <td className="num">
        <StreamFigure figure="n" of={of} value={n} as="count" />
      </td>
      <td className="num wide">
        <StreamFigure figure="wait.p50" of={of} value={wait.p50} as="duration" />
      </td>
      <td className="num wide">
        <StreamFigure figure="wait.p85" of={of} value={wait.p85} as="duration" />
      </td>
      <td className="num wide">
        <StreamFigure figure="returns" of={of} value={returns} as="count" />
      </td>
      <td className="num">
        <HereLink change={(search) => ({ ...pairOpened(search, from, to), show: 'waiting' })}>
          <StreamFigure figure="still" of={of} value={still} as="count" />
        </HereLink>
      </td>
    </tr>
  );
}
