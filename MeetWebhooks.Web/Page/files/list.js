// @ts-check
// Shows a list of items in an element, touching only the rows that changed: focus, scroll and selection stay.
import { focusHeading } from './views.js';

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
  for (const row of gone.values()) removeRow(list, row);

  // A row that is moved loses its focus: the others are moved around it.
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  /** @type {Element | null} */
  let after = rows[focused] ?? null;
  for (const row of rows.slice(0, Math.max(focused, 0)).reverse()) {
    if (row.nextElementSibling !== after) list.insertBefore(row, after);
    after = row;
  }
  /** @type {Element | null} */
  let before = rows[focused] ?? null;
  for (const row of rows.slice(focused + 1)) {
    /** @type {Element | null} */
    const next = before ? before.nextElementSibling : list.firstElementChild;
    if (row !== next) list.insertBefore(row, next);
    before = row;
  }
}

/** What each row shows by now. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * Where the focus goes when the row that had it is gone: to the one in its place.
 * @param {Element} list
 * @param {number} place
 */
export function focusRow(list, place) {
  const row = list.children[Math.min(place, list.children.length - 1)];
  const target = row?.querySelector('a[href]:not([hidden]), button:not([hidden])');
  if (target) /** @type {HTMLElement} */ (target).focus();
  else focusHeading();
}

/** The place of a row in its list. @param {Element} list @param {Element} row */
export const placeOf = (list, row) => [...list.children].indexOf(row);

/** @param {Element} list @param {Element} row */
function removeRow(list, row) {
  const place = row.contains(document.activeElement) ? placeOf(list, row) : -1;
  row.remove();
  if (place >= 0) focusRow(list, place);
}
