// @ts-check
// The view of the rooms: create, find, join, delete.
import { createRoom } from './api.js';
import { base } from './base.js';
import { whileBusy } from './busy.js';
import { deletionOf } from './deletion.js';
import { ask } from './dialog.js';
import { formatCount, formatDate } from './format.js';
import { focusRow, placeOf, showList } from './list.js';
import { notify } from './notices.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const nameField = /** @type {HTMLInputElement} */ (element('room-name'));
const searchField = /** @type {HTMLInputElement} */ (element('rooms-search'));
const sortField = /** @type {HTMLSelectElement} */ (element('rooms-sort'));
const createButton = /** @type {HTMLElement} */ (element('create').querySelector('button'));
const list = element('rooms');
const template = /** @type {HTMLTemplateElement} */ (element('room-row'));

/** What a status is called, and looks like. @type {Record<string, {text: string, look: string, rank: number}>} */
const STATUS = {
  active_meeting: { text: 'ACTIVE', look: 'active', rank: 0 },
  open: { text: 'OPEN', look: 'open', rank: 1 },
  closed: { text: 'CLOSED', look: 'closed', rank: 2 },
};
const UNKNOWN = { text: '', look: '', rank: 3 };
const statusOf = (/** @type {any} */ room) => STATUS[room.status] ?? UNKNOWN;
const nameOf = (/** @type {any} */ room) => String(room.roomName || room.roomId);
const isFoundBy = (/** @type {string} */ text, /** @type {any} */ room) =>
  nameOf(room).toLocaleLowerCase().includes(text.toLocaleLowerCase());

/** What becomes of a room after its meeting. @type {Record<string, string>} */
const ENDINGS = { delete: 'Deleted when it ends', close: 'Closed when it ends' };

/** @type {Record<string, (a: any, b: any) => number>} */
const ORDERS = {
  newest: (a, b) => (b.creationDate ?? 0) - (a.creationDate ?? 0) || nameOf(a).localeCompare(nameOf(b)),
  name: (a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }),
  status: (a, b) => statusOf(a).rank - statusOf(b).rank || ORDERS.newest(a, b),
};

/** @param {import('./live.js').Live} live @param {() => Promise<void>} read */
export function startRooms(live, read) {
  const draw = () => show(live);
  searchField.addEventListener('input', draw);
  sortField.addEventListener('change', draw);
  live.addEventListener('rooms', draw);
  element('create').addEventListener('submit', (event) => {
    event.preventDefault();
    whileBusy(createButton, () => create(live));
  });
  nameField.addEventListener('input', () => refuseName(''));
  list.addEventListener('click', ({ target }) => {
    const row = /** @type {HTMLElement} */ (target).closest('[data-role=delete]')?.closest('li');
    if (row) remove(live, read, row);
  });
}

/** @param {import('./live.js').Live} live */
function show({ rooms, isLoaded }) {
  if (!isLoaded) return;
  const all = [...rooms.values()];
  const wanted = searchField.value.trim();
  const found = all.filter((room) => isFoundBy(wanted, room)).sort(ORDERS[sortField.value]);
  showList(list, found, { key: (room) => room.roomId, template, fill });

  const active = all.filter((room) => room.status === 'active_meeting').length;
  const count = formatCount(all.length, 'room', 'rooms');
  element('rooms-count').textContent = [
    all.length > 0 && (wanted ? `${found.length} of ${count}` : count),
    active > 0 && `${formatCount(active, 'meeting', 'meetings')} in progress`,
  ].filter(Boolean).join(' · ');
  element('rooms-tools').hidden = all.length < 2;
  const empty = element('rooms-empty');
  empty.classList.remove('loading');
  empty.hidden = found.length > 0;
  empty.textContent = all.length
    ? `No room’s name contains “${wanted}”.`
    : 'No rooms yet. Give your first one a name and create it: whoever has this page open sees it at once.';
}

/** @param {HTMLElement} row @param {any} room */
function fill(row, room) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (row.querySelector(selector));
  const name = nameOf(room);
  const status = statusOf(room);
  part('.name').textContent = name;
  part('.badge').textContent = status.text;
  part('.badge').hidden = !status.text;
  part('.badge').dataset.look = status.look;
  const ending = room.status === 'active_meeting' && ENDINGS[room.meetingEndAction];
  const date = formatDate(room.creationDate);
  part('.more').textContent = ending || (date && `Created ${date}`);

  for (const role of /** @type {const} */ (['moderator', 'speaker'])) {
    const link = part(`[data-role=${role}]`);
    const isClosed = room.status === 'closed';
    const canJoin = !isClosed && Boolean(room[`${role}Url`]);
    link.setAttribute('aria-label', `Join as ${role}: ${name}`);
    set(link, 'href', canJoin ? `${base}/rooms/${encodeURIComponent(room.roomId)}?role=${role}` : null);
    const reason = isClosed ? 'A closed room can’t be joined' : `OpenVidu Meet gives no link for a ${role}`;
    set(link, 'title', canJoin ? null : reason);
    // Without an address it still is a link, and keeps the focus that it has.
    set(link, 'role', canJoin ? null : 'link');
    set(link, 'aria-disabled', canJoin ? null : 'true');
    set(link, 'tabindex', canJoin ? null : '-1');
  }

  part('[data-role=recordings]').setAttribute('href', `${base}/recordings?${new URLSearchParams({ room: name })}`);
  part('[data-role=recordings]').setAttribute('aria-label', `Recordings of ${name}`);
  part('[data-role=delete] .hidden-text').textContent = `Delete ${name}`;
}

/** @param {Element} target @param {string} name @param {string | null} value */
function set(target, name, value) {
  if (value === null) target.removeAttribute(name);
  else target.setAttribute(name, value);
}

/** @param {string} text what is wrong with the name; none where nothing is */
function refuseName(text) {
  const error = element('create-error');
  error.textContent = text;
  error.hidden = !text;
  set(nameField, 'aria-invalid', text ? 'true' : null);
  if (text) nameField.focus();
}

/** @param {import('./live.js').Live} live */
async function create(live) {
  const name = nameField.value.trim();
  if (!name) return refuseName('Give the room a name.');
  refuseName('');
  try {
    const room = await createRoom(name);
    nameField.value = '';
    if (!isFoundBy(searchField.value.trim(), room)) {
      searchField.value = '';
      show(live);
    }

    notify(`“${nameOf(room)}” was created`);
  } catch (problem) {
    refuseName(/** @type {Error} */ (problem).message);
  }
}

/** @param {import('./live.js').Live} live @param {() => Promise<void>} read @param {HTMLElement} row */
async function remove(live, read, row) {
  const room = live.rooms.get(row.dataset.key ?? '');
  if (!room) return;
  const place = placeOf(list, row);
  await ask(deletionOf(room, nameOf(room), read));
  if (!row.isConnected) focusRow(list, place);
}
