import { Button, Skeleton } from '@mantine/core';
import { Fragment, useState } from 'react';
import { useItems, type ItemsQuery } from '../api/hooks';
import type { Item, Metric } from '../api/model';
import { Figure } from '../words/Figure';
import { counted, countText } from '../words/numbers';
import { sentenceText } from '../words/sentences';
import { stageWords } from '../words/stages';
import { Time } from '../words/Time';
import { ItemDetails } from './ItemDetails';
import { secondsIn, verdictText } from './items';
import type { Opening } from './opening';

type Props = { opening: Opening; zone: string; excluded?: boolean };

/** The rows behind the number, or with `excluded` those that were left out, the latest first. */
export function ItemList({ opening, zone, excluded = false }: Props) {
  const { metric: id, ...window } = opening.asking;
  const query: ItemsQuery = excluded ? { ...window, excluded } : window;
  const items = useItems(id, query);
  if (items.error) return <p role="alert">{items.error.message}</p>;
  if (!items.data) return <Skeleton height={300} mt="sm" />;
  const pages = items.data.pages;
  const found = pages.flatMap((page) => page.items);
  const notes = pages[0]?.notes ?? [];
  if (found.length === 0) {
    return (
      <>
        <p className="nodata">{excluded ? 'Nothing was left out.' : 'No items in this window.'}</p>
        {notes.map((note) => (
          <p key={note}>{sentenceText(note, zone)}</p>
        ))}
      </>
    );
  }
  const total = pages[0]?.total;
  return (
    <>
      <div className="scroll">
        <ItemTable
          metric={opening.metric}
          items={found}
          zone={zone}
          stage={excluded ? null : opening.stage}
          excluded={excluded}
        />
      </div>
      <p className="more" role="status">
        <span>
          {countText(found.length)} of{' '}
          <Figure metric={opening.metric} figure="total" value={total}>
            {counted(total ?? 0, 'item')}
          </Figure>
        </span>
        {items.hasNextPage && (
          <Button
            size="xs"
            variant="default"
            loading={items.isFetchingNextPage}
            onClick={() => void items.fetchNextPage()}
          >
            Load more
          </Button>
        )}
      </p>
    </>
  );
}

type TableProps = { metric: Metric; items: Item[]; zone: string; stage: string | null; excluded: boolean };

function ItemTable({ metric, items, zone, stage, excluded }: TableProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const columns = 4 + (stage === null ? 0 : 1);
  return (
    <table className="items">
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Service</th>
          <th scope="col">End</th>
          {stage !== null && (
            <th scope="col" className="num">
              {stageWords(stage).name}
            </th>
          )}
          <th scope="col" className={excluded ? '' : 'num'}>
            {excluded ? 'Left out because' : metric.shape === 'duration' ? 'Took' : 'Counted as'}
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => {
          const key = `${item.kind} ${item.id} ${item.service ?? ''} ${item.environment ?? ''}`;
          const isOpen = open.has(key);
          return (
            <Fragment key={key}>
              <tr>
                <td>
                  <div className="item-cell">
                    <button
                      type="button"
                      className="expand"
                      aria-expanded={isOpen}
                      onClick={() => {
                        toggle(key);
                      }}
                    >
                      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
                      <span className="visually-hidden">Stages and evidence of {item.id}</span>
                    </button>
                    <Name item={item} />
                  </div>
                </td>
                <td>{(item.services ?? [item.service ?? '(none)']).join(', ')}</td>
                <td>
                  {item.end == null ? (
                    <span className="nodata">not yet</span>
                  ) : (
                    <Time at={item.end} zone={zone} />
                  )}
                </td>
                {stage !== null && (
                  <td className="num">
                    <StageTime metric={metric} item={item} stage={stage} />
                  </td>
                )}
                <td className={excluded ? '' : 'num'}>
                  {excluded ? item.excluded : <Value metric={metric} item={item} />}
                </td>
              </tr>
              {isOpen && (
                <tr className="expanded">
                  <td colSpan={columns}>
                    <ItemDetails metric={metric} item={item} zone={zone} />
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function Name({ item }: { item: Item }) {
  const title = item.title === '' ? item.id : item.title;
  return (
    <span className="item-name">
      {item.url == null ? (
        title
      ) : (
        <a href={item.url} target="_blank" rel="noreferrer">
          {title}
        </a>
      )}
      {title !== item.id && <span className="details">{item.id}</span>}
    </span>
  );
}

function Value({ metric, item }: { metric: Metric; item: Item }) {
  if (metric.shape !== 'duration') return <>{verdictText(metric.id, item)}</>;
  return <Figure metric={metric} figure="item" value={item.value} item={item.id} />;
}

function StageTime({ metric, item, stage }: { metric: Metric; item: Item; stage: string }) {
  const seconds = secondsIn(item, stage);
  if (seconds === null) return <span className="nodata">–</span>;
  return <Figure metric={metric} figure={`item.${stage}`} value={seconds} item={item.id} />;
}
