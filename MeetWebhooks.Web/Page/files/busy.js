// @ts-check
// Controls that have something done.

/**
 * Shows that a control is busy while something is done; a second click meanwhile does nothing.
 * @param {HTMLElement} control
 * @param {() => unknown} act
 */
export async function whileBusy(control, act) {
  if (control.getAttribute('aria-busy') === 'true') return;
  control.setAttribute('aria-busy', 'true');
  try {
    await act();
  } finally {
    control.removeAttribute('aria-busy');
  }
}
