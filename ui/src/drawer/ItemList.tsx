import { Button, Skeleton } from '@mantine/core';
import { useItems, type ItemsQuery } from '../api/hooks';
import { Figure } from '../words/Figure';
import { counted, countText } from '../words/numbers';
import { ratioWords } from '../words/rules';
import { sentenceText } from '../words/sentences';
import { ItemTable } from './ItemTable';
import type { Opening } from './opening';

type Props = { opening: Opening; zone: string; excluded?: boolean };

/** The rows behind the number, or with `excluded` those that were left out, the latest first. */
export function ItemList({ opening, zone, excluded = false }: Props) {
  const { metric: id, ...window } = opening.asking;
  const numerator = opening.numerator && !excluded;
  const query: ItemsQuery = {
    ...window,
    ...(excluded && { excluded }),
    ...(numerator && { numerator }),
  };
  const items = useItems(id, query);
  if (items.error) return <p role="alert">{items.error.message}</p>;
  if (!items.data) return <Skeleton height={300} mt="sm" />;
  const pages = items.data.pages;
  const found = pages.flatMap((page) => page.items);
  const notes = pages[0]?.notes ?? [];
  if (found.length === 0) {
    return (
      <>
        <p className="nodata">
          {excluded
            ? 'Nothing was left out.'
            : numerator && (opening.row?.denominator ?? 0) > 0
              ? ratioWords(id).none
              : 'No items in this window.'}
        </p>
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
