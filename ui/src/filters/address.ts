/** Reading and writing the address of whatever page this is: the filters of streams stand on several of them. */

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Search } from './search';

export type Change = (search: Search) => Search;

export const useSearchNow = (): Search => useSearch({ strict: false });

export function useSetSearch(): (change: Change) => void {
  const navigate = useNavigate();
  return useCallback(
    (change: Change) => void navigate({ to: '.', search: change as never, resetScroll: false }),
    [navigate],
  );
}
