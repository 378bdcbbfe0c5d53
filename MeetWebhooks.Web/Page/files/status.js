// @ts-check
// Shows whether the page is up to date: in a word in the header and, where it is not, in a sentence above the view.
import { whileBusy } from './busy.js';
import { healthOf } from './health.js';
import { focusHeading } from './views.js';

const element = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const box = element('#connection');
const banner = element('#stale .problem');
const button = element('#stale button');

/** @param {import('./connection.js').Connection} connection @param {import('./live.js').Live} live */
export function startStatus(connection, live) {
  connection.addEventListener('health', () => show(healthOf(connection, live.isLoaded)));
  button.addEventListener('click', () => {
    if (box.dataset.state === 'signed-out') location.reload();
    else whileBusy(button, () => connection.read());
  });
}

/** @param {import('./health.js').Health} health */
function show({ state, label, sentence = '', action, note }) {
  box.dataset.state = state;
  // The banner says it as well.
  box.setAttribute('aria-live', sentence ? 'off' : 'polite');
  write(element('#connection .text'), label);

  if (!action && document.activeElement === button) focusHeading();
  write(element('#stale .sentence'), sentence);
  write(element('#stale .note'), note);
  write(button, action ?? '');
  banner.hidden = !sentence && !note;
}

/** What stays the same is not touched, as it would be read out again. @param {HTMLElement} target @param {string} text */
function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
  target.hidden = !text;
}
