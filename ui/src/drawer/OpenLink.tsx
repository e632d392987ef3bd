import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Search } from '../filters/search';
import { opened, type Opened } from './state';

/** A number that opens into the rows that made it. A link, so that it can be shared, and works by keyboard. */
export function OpenLink({
  at,
  tabIndex,
  className = '',
  children,
}: {
  at: Opened;
  tabIndex?: number;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Link
      to="/"
      search={(search: Search) => opened(search, at)}
      resetScroll={false}
      className={`open ${className}`}
      tabIndex={tabIndex}
      activeProps={{}}
    >
      {children}
    </Link>
  );
}
