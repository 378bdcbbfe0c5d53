// @ts-check
// Each view has an address; links within the page don't load it anew.
import { base } from './base.js';
import { focusHeading } from './views.js';

/** @typedef {{view: 'rooms'} | {view: 'recordings', room: string}
 *  | {view: 'meeting', roomId: string, role: 'moderator' | 'speaker'} | {view: 'recording', recordingId: string}} Place */

/** @type {(place: Place) => void} */
let show = () => {};
let shown = '';
const address = () => location.pathname + location.search;

/** @param {(place: Place) => void} onPlace */
export function startRouter(onPlace) {
  show = onPlace;
  window.addEventListener('popstate', () => {
    // Within a view only the fragment changes, as by the link that skips to the content.
    if (address() === shown) return;
    showHere();
    focusHeading();
  });
  document.addEventListener('click', (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || link.target || link.hash
      || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
  showHere();
}

/** @param {string} to an address */
export function goTo(to) {
  if (to !== address()) history.pushState(null, '', to);
  arrive();
}

/** Leaves a view to which the back button shall not lead again. @param {string} to an address */
export function goOnTo(to) {
  history.replaceState(null, '', to);
  arrive();
}

/** Changes the address within a view, without a step in the history. @param {string} to an address */
export function replaceAddress(to) {
  history.replaceState(null, '', to);
  shown = address();
}

function arrive() {
  showHere();
  focusHeading();
  window.scrollTo(0, 0);
}

function showHere() {
  shown = address();
  show(here());
}

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
  const [, first, second] = location.pathname.slice(base.length).split('/');
  const query = new URLSearchParams(location.search);
  if (first === 'rooms' && second) {
    return { view: 'meeting', roomId: decode(second), role: query.get('role') === 'moderator' ? 'moderator' : 'speaker' };
  }
  if (first === 'recordings' && second) return { view: 'recording', recordingId: decode(second) };
  if (first === 'recordings') return { view: 'recordings', room: query.get('room') ?? '' };
  return { view: 'rooms' };
}
