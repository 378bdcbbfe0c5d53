// @ts-check
// The view of the recordings: find, play, delete.
import { deleteRecording } from './api.js';
import { ask } from './dialog.js';
import { formatCount, formatDate, formatDuration, formatSize } from './format.js';
import { showList } from './list.js';
import { notify } from './notices.js';
import { replaceAddress } from './router.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const roomField = /** @type {HTMLInputElement} */ (element('recordings-room'));
const template = /** @type {HTMLTemplateElement} */ (element('recording-row'));

/** @type {Record<string, {text: string, look: string}>} */
const STATUS = {
  starting: { text: 'STARTING', look: 'busy' },
  active: { text: 'RECORDING', look: 'recording' },
  ending: { text: 'ENDING', look: 'busy' },
  complete: { text: 'READY', look: 'open' },
  failed: { text: 'FAILED', look: 'failed' },
  aborted: { text: 'ABORTED', look: 'failed' },
  limit_reached: { text: 'LIMIT REACHED', look: 'closed' },
};

/** @param {import('./state.js').State} state @param {() => void} refresh */
export function startRecordings(state, refresh) {
  const draw = () => show(state);
  state.addEventListener('change', (event) => {
    if (/** @type {CustomEvent} */ (event).detail === 'recordings') draw();
  });
  roomField.addEventListener('input', () => {
    const room = roomField.value.trim();
    replaceAddress(room ? `/recordings?${new URLSearchParams({ room })}` : '/recordings');
    draw();
  });
  element('recordings-filter').addEventListener('submit', (event) => {
    event.preventDefault();
    refresh();
  });
  element('recordings').addEventListener('click', ({ target }) => {
    const button = /** @type {HTMLElement} */ (target).closest('[data-role=delete]');
    const id = button?.closest('li')?.dataset.key;
    if (id) remove(state, state.recordings.items.get(id));
  });
}

/** Shows the recordings of rooms whose name starts with a text. @param {import('./state.js').State} state @param {string} room */
export function filterRecordings(state, room) {
  roomField.value = room;
  show(state);
}

/** @param {import('./state.js').State} state */
function show({ recordings }) {
  const prefix = roomField.value.trim();
  const start = prefix.toLocaleLowerCase();
  const found = [...recordings.items.values()]
    .filter((recording) => (recording.roomName ?? '').toLocaleLowerCase().startsWith(start))
    .sort((a, b) => (b.startDate ?? 0) - (a.startDate ?? 0));
  showList(element('recordings'), found, { key: (recording) => recording.recordingId, template, fill });

  element('recordings-count').textContent = found.length ? formatCount(found.length, 'recording', 'recordings') : '';
  const empty = element('recordings-empty');
  empty.hidden = found.length > 0 || !recordings.isLoaded;
  empty.textContent = prefix
    ? `No recordings of rooms whose name starts with “${prefix}”.`
    : 'No recordings yet. A moderator can start one in a meeting; it appears here by itself.';
}

/** @param {HTMLElement} row @param {any} recording */
function fill(row, recording) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (row.querySelector(selector));
  const status = STATUS[recording.status] ?? { text: String(recording.status ?? ''), look: 'busy' };
  const name = recording.roomName || recording.roomId || recording.recordingId;
  const isReady = recording.status === 'complete';
  const isInProgress = ['starting', 'active', 'ending'].includes(recording.status);
  part('.name').textContent = name;
  part('.badge').textContent = status.text;
  part('.badge').dataset.look = status.look;
  part('.meta').textContent = [
    formatDate(recording.startDate), formatDuration(recording.duration), formatSize(recording.size), recording.error,
  ].filter(Boolean).join(' · ');

  const play = part('[data-role=play]');
  play.hidden = !isReady;
  play.setAttribute('aria-label', `Play the recording of ${name}`);
  play.setAttribute('href', `/recordings/${encodeURIComponent(recording.recordingId)}`);
  part('[data-role=delete]').hidden = isInProgress;
  part('[data-role=delete] .hidden-text').textContent = `Delete the recording of ${name}`;
}

/** @param {import('./state.js').State} state @param {any} recording */
async function remove(state, recording) {
  if (!recording) return;
  await ask({
    title: `Delete the recording of “${recording.roomName}”?`,
    text: `It was made on ${formatDate(recording.startDate)} and can’t be brought back.`,
    act: async () => {
      const { message } = await deleteRecording(recording.recordingId);
      state.removeRecording(recording.recordingId);
      notify(message ?? 'The recording was deleted.');
    },
  });
}
