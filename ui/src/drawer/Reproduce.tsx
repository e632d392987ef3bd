import { Button, CopyButton } from '@mantine/core';

type Props = { command: string; list: string | null; address: string };

/** The same figure and the same list without this page: on the command line, as JSON, or for somebody else. */
export function Reproduce({ command, list, address }: Props) {
  return (
    <section className="reproduce" aria-label="The same on the command line">
      <Line command={command} name="Copy the command" />
      {list !== null && <Line command={list} name="Copy the command for this list" />}
      <p>
        <Copy text={window.location.href} name="Copy the link to this" />
        <a href={address}>As JSON</a>
      </p>
    </section>
  );
}

function Line({ command, name }: { command: string; name: string }) {
  return (
    <div className="command">
      <code>{command}</code>
      <Copy text={command} name={name} />
    </div>
  );
}

function Copy({ text, name }: { text: string; name: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="default" onClick={copy} aria-label={copied ? undefined : name}>
          {copied ? 'Copied' : name.startsWith('Copy the command') ? 'Copy' : name}
        </Button>
      )}
    </CopyButton>
  );
}
