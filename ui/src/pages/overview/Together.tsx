import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { bucketsOf, panelsHeight, panelsOf, rowAt, type Panel } from '../../charts/panels';
import { readOut } from '../../charts/lines';
import { OpenLink } from '../../drawer/OpenLink';
import { opened } from '../../drawer/state';
import type { Key } from '../../filters/asks';
import type { Every, Search } from '../../filters/search';
import { bucketText } from '../../words/dates';
import { Figure } from '../../words/Figure';

// The charts' library is the largest part of the page: the figures do not wait for it.
const Panels = lazy(() => import('../../charts/Panels'));

type Props = { keys: Key[]; every: Every; zone: string; asTable: boolean };

/** Speed and stability over time, on one axis. */
export function Together({ keys, every, zone, asTable }: Props) {
  const panels = useMemo(() => panelsOf(keys), [keys]);
  const navigate = useNavigate({ from: '/' });
  const open = useCallback(
    (metric: string, bucket: string) =>
      void navigate({ search: (search) => opened(search, { metric, bucket }), resetScroll: false }),
    [navigate],
  );
  const height = panelsHeight(panels.length);
  return (
    <section aria-labelledby="together-title" className="together">
      <div className="section-head">
        <h2 id="together-title">Speed and stability together, by {every}</h2>
        <Button
          size="compact-xs"
          variant="default"
          className="no-print"
          aria-pressed={asTable}
          onClick={() =>
            void navigate({
              search: ({ table, ...rest }: Search) => (table === undefined ? { ...rest, table: '1' } : rest),
              resetScroll: false,
            })
          }
        >
          As a table
        </Button>
      </div>
      {panels.length === 0 ? (
        <p className="nodata">no data</p>
      ) : (
        <>
          {!asTable && (
            <div style={{ minHeight: height }}>
              <Suspense>
                <Panels panels={panels} every={every} zone={zone} open={open} />
              </Suspense>
            </div>
          )}
          <p className="lede no-print">
            {asTable ? 'Each figure opens' : `A click on a ${every} opens`} the items behind it. The first and
            the last {every} may be incomplete.
          </p>
          {(asTable || bucketsOf(panels).length <= readOut) && (
            <PanelsTable panels={panels} every={every} zone={zone} shown={asTable} />
          )}
        </>
      )}
    </section>
  );
}

function PanelsTable({
  panels,
  every,
  zone,
  shown,
}: {
  panels: Panel[];
  every: Every;
  zone: string;
  shown: boolean;
}) {
  return (
    <div className={shown ? 'scroll' : 'visually-hidden'}>
      <table className="stage-table">
        <caption className="visually-hidden">Speed and stability by {every}</caption>
        <thead>
          <tr>
            <th scope="col">{every}</th>
            {panels.map((panel) => (
              <th scope="col" key={panel.key.metric.id} className="num">
                {panel.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bucketsOf(panels).map((bucket) => (
            <tr key={bucket}>
              <th scope="row">{bucketText(bucket, every, zone)}</th>
              {panels.map((panel) => (
                <td key={panel.key.metric.id} className="num">
                  <Cell panel={panel} bucket={bucket} every={every} link={shown} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Links only where they can be seen: a hidden thing must not take the focus. */
function Cell({ panel, bucket, every, link }: { panel: Panel; bucket: string; every: Every; link: boolean }) {
  const { metric } = panel.key;
  const row = rowAt(panel, bucket);
  const figure = (name: 'n' | 'p50' | 'p85' | 'value' | 'low' | 'high') => (
    <Figure metric={metric} figure={name} value={row?.[name]} every={every} bucket={bucket} />
  );
  const value = figure(panel.field);
  const has = row?.[panel.field] != null;
  return (
    <>
      {link ? <OpenLink at={{ metric: metric.id, bucket }}>{value}</OpenLink> : value}
      {has && panel.band && (
        <span className="details">
          {panel.band[0] === 'low' ? <>{figure('low')} to </> : '85 % within '}
          {figure(panel.band[1])}
        </span>
      )}
    </>
  );
}
