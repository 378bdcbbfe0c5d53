// @ts-check
// Shows a list of items in an element, touching only the rows that changed: focus, scroll and selection stay.

/**
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} items in the order to show
 * @param {{key: (item: T) => string, template: HTMLTemplateElement, fill: (row: HTMLElement, item: T) => void}} how
 */
export function showList(list, items, { key, template, fill }) {
  const gone = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.key, row]));
  const rows = items.map((item) => {
    const id = key(item);
    const row = /** @type {HTMLElement} */ (gone.get(id) ?? template.content.firstElementChild?.cloneNode(true));
    gone.delete(id);
    const content = JSON.stringify(item);
    if (shown.get(row) !== content) {
      row.dataset.key = id;
      shown.set(row, content);
      fill(row, item);
    }
    return row;
  });
  for (const row of gone.values()) {
    if (row.contains(document.activeElement)) focusBeside(row);
    row.remove();
  }

  // A row that is moved loses its focus: the others are moved around it.
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  for (let i = focused - 1; i >= 0; i--) {
    if (rows[i].nextElementSibling !== rows[i + 1]) list.insertBefore(rows[i], rows[i + 1]);
  }
  let before = rows[focused];
  for (const row of rows.slice(focused + 1)) {
    const next = before ? before.nextElementSibling : list.firstElementChild;
    if (row !== next) list.insertBefore(row, next);
    before = row;
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
