import { Live } from '../live.ts';
import { session } from '../session.svelte.ts';

/** The app's stream of changes. It runs while somebody is signed in. */
export const live = new Live({
  // A stream says nothing of why it fails; the session may have ended.
  onTrouble: () => void session.check(),
});
