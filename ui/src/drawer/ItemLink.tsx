import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { carried, type Search } from '../filters/search';

/** To the page of one item: its whole way across the tools. */
export function ItemLink({ item, children }: { item: string; children: ReactNode }) {
  return (
    <Link to="/item" search={(search: Search) => ({ ...carried(search), item })}>
      {children}
    </Link>
  );
}
