import { NativeSelect, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Link, Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useStatus } from './api/hooks';
import { carried, type Search } from './filters/search';

/** What every page has around it. */
export function Frame() {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the figures
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

/** The pages in the order of the navigation; each has its route in router.tsx and its path in the API's list of pages. */
const pages = [
  { to: '/', name: 'Overview' },
  { to: '/value-stream', name: 'Value stream' },
  { to: '/handoffs', name: 'Handoffs' },
  { to: '/flow', name: 'Flow' },
  { to: '/sources', name: 'Sources' },
] as const;

/** The window and the groups that one looks at stay when one goes to another page. */
const kept = (search: Search) => carried(search);

function Header() {
  const status = useStatus();
  usePagesLater();
  return (
    <header className="header">
      <div className="header-inner">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width={22} height={22} />
          Weir
        </Link>
        <nav aria-label="Pages" className="nav">
          {pages.map(({ to, name }) => (
            <Link
              key={to}
              to={to}
              search={kept}
              preload="intent"
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ 'aria-current': 'page' }}
              className="nav-link"
            >
              {name}
            </Link>
          ))}
        </nav>
        {status.data?.simulated === true && (
          <p className="simulated">The figures are those of a simulated company.</p>
        )}
        <div className="header-end">
          <a href="/api/docs" className="nav-link">
            API
          </a>
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
}

/** The other pages' scripts are fetched while nobody waits, so that they are there also when the server is away by then. */
function usePagesLater() {
  const router = useRouter();
  useEffect(() => {
    const later = setTimeout(() => {
      for (const { to } of pages) void router.preloadRoute({ to }).catch(() => undefined);
    }, 2000);
    return () => {
      clearTimeout(later);
    };
  }, [router]);
}

const themes = [
  { value: 'auto', label: 'System theme' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <NativeSelect
      aria-label="Theme"
      size="xs"
      w={132}
      data={themes}
      value={colorScheme}
      onChange={(event) => {
        setColorScheme(event.currentTarget.value as MantineColorScheme);
      }}
    />
  );
}
