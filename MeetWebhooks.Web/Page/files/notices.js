// @ts-check
// What is said in passing: to who looks, and to who listens.

const toast = /** @type {HTMLElement} */ (document.getElementById('toast'));
const announcer = /** @type {HTMLElement} */ (document.getElementById('announcer'));
let timer = 0;

/** Shows a sentence for a while. @param {string} text */
export function notify(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => { toast.hidden = true; }, 6000);
}

/** Says a sentence to screen readers. @param {string} text */
export function announce(text) {
  announcer.textContent = text;
}

/**
 * Shows what is wrong, with a way to try again; null takes it away.
 * @param {HTMLElement} box
 * @param {string | null} text
 * @param {() => void} [retry]
 */
export function showProblem(box, text, retry) {
  box.replaceChildren();
  box.hidden = text === null;
  if (text === null) return;
  const sentence = document.createElement('p');
  sentence.textContent = text;
  box.append(sentence);
  if (!retry) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try again';
  button.addEventListener('click', retry);
  box.append(button);
}
