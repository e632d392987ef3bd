import { Button } from '@mantine/core';

/** Part of the page could not be shown: after an update of the server, or because of a mistake of ours. */
export function Failed({ error }: { error: unknown }) {
  return (
    <div className="page failed" role="alert">
      <h1>This page did not come together</h1>
      <p>
        Weir may have been updated since it was opened; loading it again helps then. What the browser said:{' '}
        {error instanceof Error ? error.message : String(error)}
      </p>
      <Button
        onClick={() => {
          location.reload();
        }}
      >
        Load it again
      </Button>
    </div>
  );
}
