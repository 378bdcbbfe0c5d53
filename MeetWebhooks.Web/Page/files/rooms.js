// @ts-check
// The view of the rooms: create, find, join, delete.
import { createRoom, deleteRoom, ApiError } from './api.js';
import { ask } from './dialog.js';
import { formatCount, formatDate } from './format.js';
import { showList } from './list.js';
import { joinUrl } from './meet.js';
import { notify } from './notices.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const nameField = /** @type {HTMLInputElement} */ (element('room-name'));
const searchField = /** @type {HTMLInputElement} */ (element('rooms-search'));
const sortField = /** @type {HTMLSelectElement} */ (element('rooms-sort'));
const template = /** @type {HTMLTemplateElement} */ (element('room-row'));

/** What a status is called, and looks like. @type {Record<string, {text: string, look: string, rank: number}>} */
const STATUS = {
  active_meeting: { text: 'ACTIVE', look: 'active', rank: 0 },
  open: { text: 'OPEN', look: 'open', rank: 1 },
  closed: { text: 'CLOSED', look: 'closed', rank: 2 },
};
const UNKNOWN = { text: '', look: '', rank: 3 };
const statusOf = (/** @type {any} */ room) => STATUS[room.status] ?? UNKNOWN;
const nameOf = (/** @type {any} */ room) => room.roomName || room.roomId;

/** @type {Record<string, (a: any, b: any) => number>} */
const ORDERS = {
  newest: (a, b) => (b.creationDate ?? 0) - (a.creationDate ?? 0) || nameOf(a).localeCompare(nameOf(b)),
  name: (a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true }),
  status: (a, b) => statusOf(a).rank - statusOf(b).rank || ORDERS.newest(a, b),
};

/** @param {import('./state.js').State} state */
export function startRooms(state) {
  const draw = () => show(state);
  searchField.addEventListener('input', draw);
  sortField.addEventListener('change', draw);
  state.addEventListener('change', (event) => {
    if (/** @type {CustomEvent} */ (event).detail === 'rooms') draw();
  });
  element('create').addEventListener('submit', (event) => {
    event.preventDefault();
    create(state);
  });
  element('rooms').addEventListener('click', ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest('[data-role=delete]');
    const id = button?.closest('li')?.dataset.key;
    if (id) remove(state, state.rooms.items.get(id));
  });
}

/** @param {import('./state.js').State} state */
function show({ rooms }) {
  const all = [...rooms.items.values()];
  const wanted = searchField.value.trim().toLocaleLowerCase();
  const found = all.filter((room) => nameOf(room).toLocaleLowerCase().includes(wanted)).sort(ORDERS[sortField.value]);
  showList(element('rooms'), found, { key: (room) => room.roomId, template, fill });

  const active = all.filter((room) => room.status === 'active_meeting').length;
  element('rooms-count').textContent = all.length
    ? `${formatCount(all.length, 'room', 'rooms')}, ${formatCount(active, 'meeting', 'meetings')} on`
    : '';
  element('rooms-tools').hidden = all.length < 2;
  const empty = element('rooms-empty');
  empty.hidden = found.length > 0 || !rooms.isLoaded;
  empty.textContent = all.length
    ? `No room’s name contains “${searchField.value.trim()}”.`
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
  const ending = { delete: ' · deleted when the meeting ends', close: ' · closed when the meeting ends' }[room.meetingEndAction];
  part('.meta').textContent = `Created ${formatDate(room.creationDate)}${(room.status === 'active_meeting' && ending) || ''}`;

  for (const role of /** @type {const} */ (['moderator', 'speaker'])) {
    const link = part(`[data-role=${role}]`);
    const canJoin = room.status !== 'closed' && joinUrl(room, role) !== undefined;
    link.setAttribute('aria-label', `Join as ${role}: ${name}`);
    if (canJoin) link.setAttribute('href', `/rooms/${encodeURIComponent(room.roomId)}?role=${role}`);
    else link.removeAttribute('href');
    link.toggleAttribute('aria-disabled', !canJoin);
    link.title = canJoin ? '' : 'A closed room can’t be joined';
  }

  part('[data-role=recordings]').setAttribute('href', `/recordings?${new URLSearchParams({ room: room.roomName ?? '' })}`);
  part('[data-role=recordings]').setAttribute('aria-label', `Recordings of ${name}`);
  part('[data-role=delete] .hidden-text').textContent = `Delete ${name}`;
}

/** @param {import('./state.js').State} state */
async function create(state) {
  const error = element('create-error');
  const button = /** @type {HTMLButtonElement} */ (element('create').querySelector('button'));
  const refuse = (/** @type {string} */ text) => {
    error.textContent = text;
    error.hidden = false;
    nameField.setAttribute('aria-invalid', 'true');
    nameField.focus();
  };
  error.hidden = true;
  nameField.removeAttribute('aria-invalid');
  if (!nameField.value.trim()) return refuse('Give the room a name.');

  button.disabled = true;
  try {
    const { room } = await createRoom(nameField.value.trim());
    if (!state.rooms.items.has(room.roomId)) state.setRoom(room);
    nameField.value = '';
    notify(`“${nameOf(room)}” was created.`);
  } catch (problem) {
    refuse(/** @type {Error} */ (problem).message);
  } finally {
    button.disabled = false;
  }
}

const WITH_MEETING = {
  label: 'The meeting that is on',
  options: [
    { value: 'when_meeting_ends', label: 'may end first' },
    { value: 'force', label: 'is ended now' },
  ],
};
const WITH_RECORDINGS = {
  label: 'Its recordings',
  options: [
    { value: 'close', label: 'stay: the room is closed instead' },
    { value: 'force', label: 'are deleted too' },
  ],
};

/** @param {import('./state.js').State} state @param {any} room */
async function remove(state, room) {
  if (!room) return;
  const title = `Delete “${nameOf(room)}”?`;
  /** @type {string | null} */
  let refusal = null;
  /** @type {string[]} */
  let policies = [];
  const act = async (/** @type {string[]} */ chosen) => {
    const answer = await deleteRoom(room.roomId, Object.fromEntries(policies.map((policy, i) => [policy, chosen[i]])));
    if (answer.room) state.setRoom(answer.room);
    else if (!/scheduled/.test(answer.successCode ?? '')) state.removeRoom(room.roomId);
    notify(answer.message ?? 'The room was deleted.');
  };

  const isDone = await ask({
    title,
    text: 'Who has a link to it can’t join any more.',
    act: async () => {
      try {
        await act([]);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409 || !error.code) throw error;
        refusal = error.message;
        policies = [
          ...(/meeting/.test(error.code) ? ['withMeeting'] : []),
          ...(/recordings/.test(error.code) ? ['withRecordings'] : []),
        ];
      }
    },
  });
  if (!isDone || refusal === null) return;

  const choices = { withMeeting: WITH_MEETING, withRecordings: WITH_RECORDINGS };
  await ask({
    title,
    text: refusal,
    choices: policies.map((policy) => choices[/** @type {keyof typeof choices} */ (policy)]),
    act,
  });
}
