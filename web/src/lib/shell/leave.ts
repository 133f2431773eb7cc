import { messageOf } from '../client.ts';
import { anyDrafts, forgetDrafts } from '../drafts.ts';
import { session } from '../session.svelte.ts';
import { toast } from '../ui/toast.svelte.ts';
import { overlays } from './overlays.svelte.ts';

/**
 * Signs out and leaves nothing of what was written in this browser, which
 * others may use. Asks first if something is not saved.
 */
export async function leave(sure = false): Promise<void> {
  if (!sure && anyDrafts()) {
    overlays.show('leave');
    return;
  }
  try {
    await session.signOut();
    forgetDrafts();
  } catch (e) {
    toast.show(messageOf(e), { kind: 'error' });
  }
}
