import './drawer.css';
import { Drawer as Sheet } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { opened: boolean; title: string; onClose: () => void; children: ReactNode };

/** The sheet at the side that shows what is behind a number. */
export function Panel({ opened, title, onClose, children }: Props) {
  return (
    <Sheet
      opened={opened}
      onClose={onClose}
      position="right"
      size="min(100%, 880px)"
      padding="lg"
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 120, exitDuration: 0 }}
      overlayProps={{ backgroundOpacity: 0.25 }}
      // Within a dialogue a header is no banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      classNames={{ title: 'drawer-title', content: 'drawer' }}
    >
      {children}
    </Sheet>
  );
}
