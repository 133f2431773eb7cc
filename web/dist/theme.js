// Runs before the first paint, so that a chosen theme never flashes the
// other one. Without a choice the system's preference holds.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('neuralrepo.theme');
  } catch {
    // Storage can be forbidden; then there is no choice to honour.
  }
  if (choice === 'light' || choice === 'dark') {
    document.documentElement.dataset.theme = choice;
  }
})();
