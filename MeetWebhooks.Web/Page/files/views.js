// @ts-check
// Which view is shown, what it is called, and where the focus goes.

/** @typedef {import('./router.js').Place} Place */

/** @type {Record<Place['view'], {section: string, tab: string}>} */
const VIEWS = {
  rooms: { section: 'rooms-view', tab: 'rooms' },
  recordings: { section: 'recordings-view', tab: 'recordings' },
  meeting: { section: 'meeting-view', tab: 'rooms' },
  recording: { section: 'meeting-view', tab: 'recordings' },
};

/** @param {Place['view']} name */
export function showView(name) {
  const { section, tab } = VIEWS[name];
  for (const view of document.querySelectorAll('.view')) view.toggleAttribute('hidden', view.id !== section);
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('data-nav') === tab) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.body.classList.toggle('on-stage', section === 'meeting-view');
  nameDocument();
}

/** What the document is called follows the heading. */
export function nameDocument() {
  document.title = `${heading()?.textContent} · MeetWebhooks`;
}

/** Where the focus goes when what had it is gone. */
export function focusHeading() {
  heading()?.focus({ preventScroll: true });
}

/** @returns {HTMLElement | null} */
const heading = () => document.querySelector('.view:not([hidden]) h1');
