// @ts-check
// The view of the recordings: find, play, delete.
import { ApiError, deleteRecording } from './api.js';
import { base } from './base.js';
import { whileBusy } from './busy.js';
import { ask } from './dialog.js';
import { formatCount, formatDate, formatDuration, formatSize } from './format.js';
import { focusRow, placeOf, showList } from './list.js';
import { notify } from './notices.js';
import { replaceAddress } from './router.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const roomField = /** @type {HTMLInputElement} */ (element('recordings-room'));
const refreshButton = /** @type {HTMLElement} */ (element('recordings-filter').querySelector('button'));
const list = element('recordings');
const template = /** @type {HTMLTemplateElement} */ (element('recording-row'));
const nameOf = (/** @type {any} */ recording) => String(recording.roomName || recording.roomId || recording.recordingId);

/** Where the recordings are listed as they were last looked at. */
export function addressOfRecordings() {
  const room = roomField.value.trim();
  return `${base}/recordings${room && `?${new URLSearchParams({ room })}`}`;
}

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

/** @param {import('./live.js').Live} live @param {() => Promise<void>} read */
export function startRecordings(live, read) {
  const draw = () => show(live);
  live.addEventListener('recordings', draw);
  roomField.addEventListener('input', () => {
    replaceAddress(addressOfRecordings());
    draw();
  });
  element('recordings-filter').addEventListener('submit', (event) => {
    event.preventDefault();
    whileBusy(refreshButton, read);
  });
  list.addEventListener('click', ({ target }) => {
    const row = /** @type {HTMLElement} */ (target).closest('[data-role=delete]')?.closest('li');
    if (row) remove(live, read, row);
  });
}

/**
 * Shows the recordings of rooms whose name starts with a text.
 * @param {import('./live.js').Live} live
 * @param {string} room
 */
export function filterRecordings(live, room) {
  roomField.value = room;
  show(live);
}

/** @param {import('./live.js').Live} live */
function show({ recordings, hasAllRecordings }) {
  if (!hasAllRecordings) return;
  const prefix = roomField.value.trim();
  const start = prefix.toLocaleLowerCase();
  const found = [...recordings.values()]
    .filter((recording) => nameOf(recording).toLocaleLowerCase().startsWith(start))
    .sort((a, b) => (b.startDate ?? 0) - (a.startDate ?? 0));
  showList(list, found, { key: (recording) => recording.recordingId, template, fill });

  element('recordings-count').textContent = found.length ? formatCount(found.length, 'recording', 'recordings') : '';
  const empty = element('recordings-empty');
  empty.classList.remove('loading');
  empty.hidden = found.length > 0;
  empty.textContent = prefix
    ? `No recordings of rooms whose name starts with “${prefix}”.`
    : 'No recordings yet. A moderator can start one in a meeting; it appears here by itself.';
}

/** @param {HTMLElement} row @param {any} recording */
function fill(row, recording) {
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (row.querySelector(selector));
  const status = STATUS[recording.status] ?? { text: String(recording.status ?? ''), look: 'busy' };
  const name = nameOf(recording);
  const isReady = recording.status === 'complete';
  const isInProgress = ['starting', 'active', 'ending'].includes(recording.status);
  part('.name').textContent = name;
  part('.badge').textContent = status.text;
  part('.badge').dataset.look = status.look;
  part('.more').textContent = [
    formatDate(recording.startDate), formatDuration(recording.duration), formatSize(recording.size), recording.error,
  ].filter(Boolean).join(' · ');

  const play = part('[data-role=play]');
  play.hidden = !isReady;
  play.setAttribute('aria-label', `Play the recording of ${name}`);
  play.setAttribute('href', `${base}/recordings/${encodeURIComponent(recording.recordingId)}`);
  part('[data-role=delete]').hidden = isInProgress;
  part('[data-role=delete] .hidden-text').textContent = `Delete the recording of ${name}`;
}

/** @param {import('./live.js').Live} live @param {() => Promise<void>} read @param {HTMLElement} row */
async function remove(live, read, row) {
  const recordingId = row.dataset.key ?? '';
  const recording = live.recordings.get(recordingId);
  if (!recording) return;
  const name = `“${nameOf(recording)}”`;
  const place = placeOf(list, row);
  const act = async () => {
    try {
      await deleteRecording(recordingId);
      notify(`A recording of ${name} was deleted`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      notify(`A recording of ${name} was deleted before`);
      read();
    }
  };

  await ask({
    title: `Delete the recording of ${name}?`,
    text: `It was made on ${formatDate(recording.startDate)} and can’t be brought back.`,
    act,
  });
  if (!row.isConnected) focusRow(list, place);
}
