import { NativeSelect, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useStatus } from './api/hooks';

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

function Header() {
  const status = useStatus();
  return (
    <header className="header">
      <div className="header-inner">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width={22} height={22} />
          Weir
        </Link>
        <nav aria-label="Pages">
          <Link to="/" activeProps={{ 'aria-current': 'page' }} className="nav-link">
            Overview
          </Link>
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
