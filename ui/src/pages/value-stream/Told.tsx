import { Link } from '@tanstack/react-router';
import type { ValueStream } from '../../api/streams';
import type { Search } from '../../filters/search';
import { StreamFigure } from '../../words/StreamFigure';
import { ownerOf } from './map';
import { StageLink } from './StageLink';
import { openedItems } from './state';

/** How the stream goes, in one sentence whose numbers open. */
export function Told({ told: { items, stages, constraint } }: { told: ValueStream }) {
  const longest = stages.find(({ stage }) => stage === constraint.waiting);
  const growing = stages.find(({ stage }) => stage === constraint.growing);
  if (items.n === 0) return null;
  const owner = longest ? ownerOf(longest) : null;
  return (
    <p className="sentence">
      Half of the{' '}
      <Link
        to="."
        search={(search: Search) => openedItems(search)}
        resetScroll={false}
        className="open"
        activeProps={{}}
      >
        <StreamFigure figure="n" value={items.n} as="count" /> items
      </Link>{' '}
      took less than <StreamFigure figure="lead.p50" value={items.lead.p50} as="duration" />
      {items.activity_ratio !== null && (
        <>
          ; during <StreamFigure figure="activity_ratio" value={items.activity_ratio} as="share" /> of their
          time somebody worked on them
        </>
      )}
      .{' '}
      {longest && (
        <>
          The longest wait is in <StageLink stage={longest.stage}>{longest.title}</StageLink>:{' '}
          <StreamFigure figure="waiting.mean" of={longest.stage} value={longest.waiting.mean} as="duration" />{' '}
          on average{owner !== null && <>, for {owner}</>}.{' '}
        </>
      )}
      {growing && (
        <>
          Work piles up in <StageLink stage={growing.stage}>{growing.title}</StageLink>.
        </>
      )}
    </p>
  );
}
