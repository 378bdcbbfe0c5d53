// @ts-check
// Asks before something is deleted, and offers the choices that OpenVidu Meet gives.

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('confirm'));
const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {{title: string, text: string, yes?: string, choices?: {label: string, options: {value: string, label: string}[]}[],
 *   act: (chosen: string[]) => Promise<void>}} question
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ title, text, yes = 'Delete', choices = [], act }) {
  element('confirm-title').textContent = title;
  element('confirm-text').textContent = text;
  element('confirm-yes').textContent = yes;
  element('confirm-error').hidden = true;
  const selects = choices.map(({ label, options }) => {
    const select = document.createElement('select');
    select.append(...options.map((option) => new Option(option.label, option.value)));
    const field = document.createElement('label');
    field.append(label, select);
    return { field, select };
  });
  element('confirm-choices').replaceChildren(...selects.map(({ field }) => field));

  return new Promise((resolve) => {
    const button = /** @type {HTMLButtonElement} */ (element('confirm-yes'));
    const listening = new AbortController();
    button.addEventListener('click', async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        await act(selects.map(({ select }) => select.value));
        dialog.close('done');
      } catch (error) {
        element('confirm-error').textContent = /** @type {Error} */ (error).message;
        element('confirm-error').hidden = false;
      } finally {
        button.disabled = false;
      }
    }, { signal: listening.signal });
    dialog.addEventListener('close', () => {
      listening.abort();
      resolve(dialog.returnValue === 'done');
    }, { once: true });
    dialog.returnValue = '';
    dialog.showModal();
  });
}
