// Which of the app's own dialogs is open.

export type Overlay = 'capture' | 'palette' | 'help' | 'leave';

class Overlays {
  capture = $state(false);
  palette = $state(false);
  help = $state(false);
  leave = $state(false);

  show(name: Overlay): void {
    this[name] = true;
  }

  toggle(name: Overlay): void {
    this[name] = !this[name];
  }
}

export const overlays = new Overlays();
