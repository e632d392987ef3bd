import './drawer.css';
import { Button, Skeleton } from '@mantine/core';
import { useStreamItems, type ItemsOfStream, type StreamItem } from '../api/streams';
import { counted, countText } from '../words/numbers';
import { sentenceText } from '../words/sentences';
import { StreamFigure } from '../words/StreamFigure';
import { Time } from '../words/Time';
import { ItemLink } from './ItemLink';

type Column = { name: 'value' | 'waiting' | 'process'; head: string };

/** What is said of each item: of an open one only how long it takes so far. */
function columnsOf({ kind, reason, stage }: ItemsOfStream): Column[] {
  if (kind === 'open') return [{ name: 'value', head: stage === undefined ? 'age' : 'in it for' }];
  if (reason !== undefined) return [{ name: 'value', head: 'time for it' }];
  return [
    { name: 'value', head: stage === undefined ? 'lead' : 'in it' },
    { name: 'waiting', head: 'waiting' },
    { name: 'process', head: 'process' },
  ];
}

type Props = { query: ItemsOfStream; zone: string; none: string };

/** Items of a stream, the latest first; each leads to its own page. */
export function ItemsOf({ query, zone, none }: Props) {
  const items = useStreamItems(query);
  if (items.error) return <p role="alert">{items.error.message}</p>;
  if (!items.data) return <Skeleton height={300} mt="sm" />;
  const found = items.data.pages.flatMap((page) => page.items);
  if (found.length === 0) {
    return (
      <>
        <p className="nodata part">{none}</p>
        {(items.data.pages[0]?.notes ?? []).map((note) => (
          <p key={note}>{sentenceText(note, zone)}</p>
        ))}
      </>
    );
  }
  const total = items.data.pages[0]?.total ?? found.length;
  const excluded = query.kind === 'excluded';
  const columns = columnsOf(query);
  return (
    <>
      <div className="scroll">
        <table className="items">
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">Team</th>
              <th scope="col">{query.kind === 'open' ? 'Now with' : 'Done'}</th>
              {excluded ? (
                <th scope="col" className="reason">
                  Left out because
                </th>
              ) : (
                columns.map(({ name, head }) => (
                  <th key={name} scope="col" className="num">
                    {head}
                  </th>
                ))
              )}
            </tr>
          </thead>
          <tbody>
            {found.map((item) => (
              <Row key={item.item} item={item} kind={query.kind} zone={zone} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="more" role="status">
        <span>
          {countText(found.length)} of <span className="total">{counted(total, 'item')}</span>
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

type RowProps = { item: StreamItem; kind: string | undefined; zone: string; columns: Column[] };

function Row({ item, kind, zone, columns }: RowProps) {
  return (
    <tr>
      <td>
        <span className="item-name">
          <ItemLink item={item.item}>{item.title === '' ? item.item : item.title}</ItemLink>
          <span className="details">
            {item.item}
            {item.returns > 0 && <>, came back {item.returns === 1 ? 'once' : `${item.returns} times`}</>}
            {item.url != null && item.url !== '' && (
              <>
                {' · '}
                <a href={item.url} target="_blank" rel="noreferrer">
                  open in its tool
                </a>
              </>
            )}
          </span>
        </span>
      </td>
      <td>{item.team ?? '(none)'}</td>
      <td>
        {kind === 'open' ? (
          (item.owner ?? '(nobody known)')
        ) : item.end == null ? (
          <span className="nodata">not yet</span>
        ) : (
          <Time at={item.end} zone={zone} />
        )}
      </td>
      {kind === 'excluded' ? (
        <td className="reason">{item.excluded}</td>
      ) : (
        columns.map(({ name }) => (
          <td key={name} className="num">
            <StreamFigure figure={`item.${name}`} of={item.item} value={item[name]} as="duration" />
          </td>
        ))
      )}
    </tr>
  );
}
