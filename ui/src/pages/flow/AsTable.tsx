import { useState, type ReactNode } from 'react';

/** The numbers behind a drawing, for those who do not see it or want to copy them. They are made when they are wanted. */
export function AsTable({ of, children }: { of: string; children: () => ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="as-table no-print"
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>
        As a table<span className="visually-hidden">: {of}</span>
      </summary>
      {/* A region that scrolls must be reachable by keyboard. */}
      {open && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="as-table-rows" role="region" aria-label={of} tabIndex={0}>
          {children()}
        </div>
      )}
    </details>
  );
}
