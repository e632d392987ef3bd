import type { CSSProperties } from 'react';
import type { Pair } from '../../api/handoffs';
import { useSearchNow } from '../../filters/address';
import { HereLink } from '../../filters/HereLink';
import { without } from '../../filters/search';
import { durationText } from '../../words/durations';
import { betweenWords, groupText, type Between } from '../../words/groups';
import { counted } from '../../words/numbers';
import { StreamFigure } from '../../words/StreamFigure';
import { matrixOf, shadeOf, type Side } from './matrix';
import { pairOpened } from './reading';

const usually = 10; // groups a side: more than that is read in the table

type Props = { pairs: Pair[]; between: Between };

/** Rows hand over to columns. The longest waits are at the top left, whatever the groups are called. */
export function Matrix({ pairs, between }: Props) {
  const all = useSearchNow().table === 'all';
  const matrix = matrixOf(pairs, all ? Infinity : usually);
  const { one, name } = betweenWords[between];
  return (
    <section aria-labelledby="matrix-title" className="block">
      <div className="section-head">
        <h2 id="matrix-title">Who waits for whom</h2>
        {(all || matrix.left.pairs > 0) && (
          <HereLink
            className="no-print"
            change={(search) => (all ? without(search, 'table') : { ...search, table: 'all' })}
          >
            {all ? 'Only the largest' : `All ${name}`}
          </HereLink>
        )}
      </div>
      <p className="lede">
        The {one} of a row hands over, and waits for the {one} of a column: how long in all, and how often.
      </p>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll" role="region" aria-labelledby="matrix-title" tabIndex={0}>
        <table className="matrix">
          <thead>
            <tr>
              <td className="corner">from ↓ to →</td>
              {matrix.tos.map(({ group }) => (
                <th key={group} scope="col">
                  {groupText(group)}
                </th>
              ))}
              <th scope="col" className="sum">
                all
              </th>
            </tr>
          </thead>
          <tbody>
            {matrix.froms.map((from) => (
              <tr key={from.group}>
                <th scope="row">{groupText(from.group)}</th>
                {matrix.tos.map(({ group: to }) => (
                  <Cell key={to} pair={matrix.cell(from.group, to)} most={matrix.most} />
                ))}
                <Sum side={from} figure="from.total" />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">all</th>
              {matrix.tos.map((to) => (
                <Sum key={to.group} side={to} figure="to.total" />
              ))}
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      {matrix.left.pairs > 0 && (
        <p className="source">
          {counted(matrix.left.pairs, 'pair')} of smaller {name}, {durationText(matrix.left.total)} of waiting
          in all, {matrix.left.pairs === 1 ? 'stands' : 'stand'} in the table of all pairs below.
        </p>
      )}
    </section>
  );
}

function Cell({ pair, most }: { pair: Pair | undefined; most: number }) {
  if (!pair) return <td className="none">–</td>;
  const of = `${pair.from}→${pair.to}`;
  return (
    <td className="cell" style={{ '--shade': `${shadeOf(pair.total, most)}%` } as CSSProperties}>
      <HereLink change={(search) => pairOpened(search, pair.from, pair.to)} title={titleOf(pair)}>
        <span className="cell-total">
          <StreamFigure figure="total" of={of} value={pair.total} as="duration" />
        </span>
        <span className="cell-n">
          <StreamFigure figure="n" of={of} value={pair.n} as="count" /> ×
        </span>
      </HereLink>
    </td>
  );
}

const titleOf = (pair: Pair) =>
  `${groupText(pair.from)} waited for ${groupText(pair.to)}: ${counted(pair.n, 'handoff')}, half of them for up to ${
    pair.wait.p50 === null ? 'no data' : durationText(pair.wait.p50)
  }`;

function Sum({ side, figure }: { side: Side; figure: string }) {
  return (
    <td className="sum">
      <span className="cell-total">
        <StreamFigure figure={figure} of={side.group} value={side.total} as="duration" />
      </span>
      <span className="cell-n">
        <StreamFigure figure={figure.replace('total', 'n')} of={side.group} value={side.n} as="count" /> ×
      </span>
    </td>
  );
}
