import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Change } from './address';

type Props = { change: Change; className?: string; tabIndex?: number; title?: string; children: ReactNode };

/** A link to this very page with something else in its address: it can be shared, and works by keyboard. */
export function HereLink({ change, className = 'open', children, ...rest }: Props) {
  return (
    <Link
      to="."
      search={change as never}
      resetScroll={false}
      className={className}
      activeProps={{}}
      {...rest}
    >
      {children}
    </Link>
  );
}
