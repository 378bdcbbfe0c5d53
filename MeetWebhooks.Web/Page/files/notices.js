// @ts-check
// What is said in passing: to who looks, and to who listens.
import { whileBusy } from './busy.js';
import { focusHeading } from './views.js';

const SHOWN_FOR = 6000;

const toast = /** @type {HTMLElement} */ (document.getElementById('toast'));
const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'));
let timer = 0;

/** Shows a sentence for a while, and says it. @param {string} text */
export function notify(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => { toast.hidden = true; }, SHOWN_FOR);
  announce(text);
}

/**
 * Says a sentence to screen readers; what was just said, as the own doing and its event are, only once.
 * @param {string} text
 */
export function announce(text) {
  if (announcer.textContent !== text) announcer.textContent = text;
}

/**
 * Shows what is wrong, with a way to try again; null takes it away. What is shown already is left alone.
 * @param {HTMLElement} box
 * @param {string | null} text
 * @param {() => unknown} [retry]
 */
export function showProblem(box, text, retry) {
  if (text !== null && box.querySelector('p')?.textContent === text) return;
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren();
  box.hidden = text === null;
  if (hadFocus) focusHeading();
  if (text === null) return;
  const sentence = document.createElement('p');
  sentence.textContent = text;
  box.append(sentence);
  if (!retry) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try again';
  button.addEventListener('click', () => whileBusy(button, retry));
  box.append(button);
}
