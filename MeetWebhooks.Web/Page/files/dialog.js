// @ts-check
// Asks before something is deleted, and offers the choices that OpenVidu Meet gives.

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const dialog = /** @type {HTMLDialogElement} */ (element('confirm'));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));
const yesButton = element('confirm-yes');
const problem = element('confirm-error');

let asking = new AbortController();
// The event comes after the closing, so the next question may have opened the dialog already.
dialog.addEventListener('close', () => {
  if (!dialog.open) asking.abort();
});

/** @typedef {{name: string, label: string, options: {value: string, label: string}[]}} Choice */

/**
 * Asks, and lets it be done. What can't be done is said; the dialog then stays, with further choices where there are.
 * @param {{title: string, text: string, choices?: Choice[],
 *   act: (chosen: Record<string, string>) => Promise<void | {problem: string, choices: Choice[]}>}} question
 * @returns {Promise<void>} when the dialog is closed
 */
export function ask({ title, text, choices = [], act }) {
  element('confirm-title').textContent = title;
  element('confirm-text').textContent = text;
  offer(choices);
  refuse(null);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  let isBusy = false;
  const answer = async () => {
    if (isBusy) return;
    isBusy = true;
    yesButton.setAttribute('aria-busy', 'true');
    const chosen = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
    try {
      const more = await act(chosen);
      if (signal.aborted) return;
      if (!more) dialog.close();
      else {
        offer(more.choices);
        refuse(more.problem);
      }
    } catch (error) {
      if (!signal.aborted) refuse(/** @type {Error} */ (error).message);
    } finally {
      isBusy = false;
      yesButton.removeAttribute('aria-busy');
    }
  };

  yesButton.addEventListener('click', (event) => {
    event.preventDefault();
    // The second click of two on what opened the dialog is no answer to it.
    if (event.detail < 2) answer();
  }, { signal });
  dialog.showModal();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });
}

/** @param {Choice[]} choices the first option of each is chosen */
function offer(choices) {
  element('confirm-choices').replaceChildren(...choices.map(({ name, label, options }) => {
    const group = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.textContent = label;
    group.append(legend, ...options.map(({ value, label: text }, i) => {
      const field = document.createElement('label');
      const radio = document.createElement('input');
      Object.assign(radio, { type: 'radio', name, value, checked: i === 0 });
      field.append(radio, text);
      return field;
    }));
    return group;
  }));
}

/** @param {string | null} text */
function refuse(text) {
  problem.textContent = text;
  problem.hidden = text === null;
}
