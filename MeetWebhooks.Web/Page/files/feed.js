// @ts-check
// The last events, in words.
import { formatTime } from './format.js';
import { announce } from './notices.js';

const MOST = 30;
const list = /** @type {HTMLElement} */ (document.getElementById('feed'));
const empty = /** @type {HTMLElement} */ (document.getElementById('feed-empty'));

/** @type {Record<string, (data: any, room: string) => string>} */
const WORDS = {
  meetingStarted: (_, room) => `The meeting in ${room} started`,
  meetingEnded: (_, room) => `The meeting in ${room} ended`,
  recordingStarted: (_, room) => `A recording of ${room} starts`,
  recordingUpdated: ({ status }, room) => `The recording of ${room} is ${status ?? 'changed'}`,
  recordingEnded: ({ status }, room) =>
    `The recording of ${room} ${status === 'complete' ? 'is ready' : `ended: ${String(status ?? 'unknown').replace('_', ' ')}`}`,
  roomCreated: (_, room) => `${room} was created`,
  roomUpdated: (_, room) => `${room} was changed`,
  roomDeleted: (_, room) => `${room} was deleted`,
  recordingDeleted: (_, room) => `A recording of ${room} was deleted`,
  testEvent: ({ message }) => `Test: ${message ?? 'it works'}`,
};

/**
 * @param {import('./state.js').Webhook} webhook
 * @param {import('./state.js').State} state as it was before the event: it knows the name of what is deleted
 */
export function addToFeed({ event, creationDate, data }, state) {
  const name = data?.roomName || state.rooms.items.get(data?.roomId)?.roomName || data?.roomId;
  const words = WORDS[event]?.(data ?? {}, name ? `“${name}”` : 'a room') ?? event;
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
