import { lazy, Suspense, type ComponentProps } from 'react';
import type DrawingNow from '../../charts/Drawing';

// The charts' library is the largest part of the page: the figures do not wait for it.
const Drawing = lazy(() => import('../../charts/FlowDrawing'));

/** A drawing that comes after the page, in a place that is kept for it. */
export function Chart(props: ComponentProps<typeof DrawingNow>) {
  return (
    <div style={{ minHeight: props.height }}>
      <Suspense>
        <Drawing {...props} />
      </Suspense>
    </div>
  );
}
