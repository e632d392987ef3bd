import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Search } from '../../filters/search';
import { openedStage } from './state';

/** Opens a stage: its figures, what came back to it, and its items. */
export function StageLink({
  stage,
  tabIndex,
  children,
}: {
  stage: string;
  tabIndex?: number;
  children: ReactNode;
}) {
  return (
    <Link
      to="."
      search={(search: Search) => openedStage(search, stage)}
      resetScroll={false}
      className="open"
      tabIndex={tabIndex}
      activeProps={{}}
    >
      {children}
    </Link>
  );
}
