import { Button, CopyButton } from '@mantine/core';

/** The same figure without this page: on the command line, as JSON, or for somebody else. */
export function Reproduce({ command, address }: { command: string; address: string }) {
  return (
    <section className="reproduce" aria-label="The same figure elsewhere">
      <code>{command}</code>
      <p>
        <Copy text={command} name="Copy the command" />
        <Copy text={window.location.href} name="Copy the link to this" />
        <a href={address}>As JSON</a>
      </p>
    </section>
  );
}

function Copy({ text, name }: { text: string; name: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="default" onClick={copy}>
          {copied ? 'Copied' : name}
        </Button>
      )}
    </CopyButton>
  );
}
