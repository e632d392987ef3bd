/** The part of the address that says what the drawer shows. */

import { without, type Search, type Tab } from '../filters/search';

export type Opened = {
  metric: string;
  tab?: Tab | undefined;
  bucket?: string | undefined;
  previous?: boolean | undefined; // the compared window
  stage?: string | undefined;
};

/** The address with the drawer open at something. */
export function opened(search: Search, at: Opened): Search {
  const next: Search = { ...closed(search), open: at.metric };
  if (at.tab !== undefined && at.tab !== 'items') next.tab = at.tab;
  if (at.bucket !== undefined) next.bucket = at.bucket;
  if (at.previous === true) next.period = 'previous';
  if (at.stage !== undefined) next.stage = at.stage;
  return next;
}

export const closed = (search: Search) => without(search, 'open', 'tab', 'bucket', 'period', 'stage', 'show');
