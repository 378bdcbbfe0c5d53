// @ts-check
// The last events, in words.
import { formatTime } from './format.js';
import { announce } from './notices.js';

const MOST = 30;
const list = /** @type {HTMLElement} */ (document.getElementById('feed'));
const empty = /** @type {HTMLElement} */ (document.getElementById('feed-empty'));

/** @type {Record<string, (data: any) => string>} */
const WORDS = {
  meetingStarted: ({ roomName }) => `The meeting in “${roomName}” started`,
  meetingEnded: ({ roomName }) => `The meeting in “${roomName}” ended`,
  recordingStarted: ({ roomName }) => `A recording of “${roomName}” starts`,
  recordingUpdated: ({ roomName, status }) => `The recording of “${roomName}” is ${status}`,
  recordingEnded: ({ roomName, status }) =>
    `The recording of “${roomName}” ${status === 'complete' ? 'is ready' : `ended: ${String(status).replace('_', ' ')}`}`,
  roomCreated: ({ roomName }) => `“${roomName}” was created`,
  roomUpdated: ({ roomName }) => `“${roomName}” was changed`,
  roomDeleted: ({ roomName, roomId }) => `“${roomName ?? roomId}” was deleted`,
  recordingDeleted: () => 'A recording was deleted',
  testEvent: ({ message }) => `Test: ${message}`,
};

/** @param {import('./state.js').Webhook} webhook */
export function addToFeed({ event, creationDate, data }) {
  const words = WORDS[event]?.(data ?? {}) ?? event;
  const item = document.createElement('li');
  const when = document.createElement('time');
  when.textContent = formatTime(creationDate);
  const text = document.createElement('span');
  text.textContent = words;
  item.append(when, text);
  item.dataset.kind = event.startsWith('recording') ? 'recording' : event.startsWith('meeting') ? 'meeting' : 'other';
  list.prepend(item);
  while (list.children.length > MOST) list.lastElementChild?.remove();
  empty.hidden = true;
  if (event !== 'recordingUpdated') announce(words);
}
