import { Skeleton } from '@mantine/core';
import { keys } from '../../filters/asks';

/** Stands where the figures will: as large as they are, so that nothing jumps. */
export function Waiting() {
  return (
    <div aria-busy="true" aria-label="The figures are on their way" role="status" className="waiting">
      <Skeleton height={52} mb="lg" />
      <div className="columns">
        <div>
          {keys.map(({ id }) => (
            <Skeleton key={id} className="waiting-key" mb={8} />
          ))}
          <Skeleton height={360} mt="xl" />
        </div>
        <Skeleton height={640} />
      </div>
    </div>
  );
}
