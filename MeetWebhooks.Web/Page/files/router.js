// @ts-check
// Each view has an address; links within the page don't load it anew.

/** @typedef {{view: 'rooms'} | {view: 'recordings', room: string}
 *  | {view: 'meeting', roomId: string, role: 'moderator' | 'speaker'} | {view: 'recording', recordingId: string}} Place */

/** @type {(place: Place) => void} */
let show = () => {};

/** @param {(place: Place) => void} onPlace */
export function startRouter(onPlace) {
  show = onPlace;
  window.addEventListener('popstate', () => show(here()));
  document.addEventListener('click', (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || link.target || link.hash
      || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
  show(here());
}

/** @param {string} address */
export function goTo(address) {
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  show(here());
  document.querySelector('main')?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/** Changes the address without a step in the history. @param {string} address */
export const replaceAddress = (address) => history.replaceState(null, '', address);

/** A part of an address; what is no text stays as it is. @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @returns {Place} */
function here() {
  const [, first, second] = location.pathname.split('/');
  const query = new URLSearchParams(location.search);
  if (first === 'rooms' && second) {
    return { view: 'meeting', roomId: decode(second), role: query.get('role') === 'moderator' ? 'moderator' : 'speaker' };
  }
  if (first === 'recordings' && second) return { view: 'recording', recordingId: decode(second) };
  if (first === 'recordings') return { view: 'recordings', room: query.get('room') ?? '' };
  return { view: 'rooms' };
}
