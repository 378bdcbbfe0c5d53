// @ts-check
// Shows a list of items in an element, touching only the rows that changed: focus, scroll and selection stay.

/**
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} items in the order to show
 * @param {{key: (item: T) => string, template: HTMLTemplateElement, fill: (row: HTMLElement, item: T) => void}} how
 */
export function showList(list, items, { key, template, fill }) {
  const rows = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.key, row]));
  /** @type {Element | null} */
  let next = list.firstElementChild;
  for (const item of items) {
    const id = key(item);
    let row = /** @type {HTMLElement | undefined} */ (rows.get(id));
    rows.delete(id);
    const content = JSON.stringify(item);
    if (!row) {
      row = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
      row.dataset.key = id;
    }

    if (shown.get(row) !== content) {
      shown.set(row, content);
      fill(row, item);
    }

    if (row === next) next = row.nextElementSibling;
    else list.insertBefore(row, next);
  }

  for (const row of rows.values()) {
    if (row.contains(document.activeElement)) focusBeside(row);
    row.remove();
  }
}

/** What each row shows by now. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/** A row that goes hands its focus on. @param {Element} row */
function focusBeside(row) {
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  const target = beside?.querySelector('a[href], button') ?? document.querySelector('main');
  /** @type {HTMLElement | null} */ (target)?.focus();
}
