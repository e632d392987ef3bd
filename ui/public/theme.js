// Runs before the first paint, so that a dark page never flashes white. A file of its own because the content security
// policy forbids scripts within the page.
(() => {
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('weir-theme') ?? 'auto';
  } catch {
    // No storage is allowed here: the system's theme it is.
  }
  const dark = wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
