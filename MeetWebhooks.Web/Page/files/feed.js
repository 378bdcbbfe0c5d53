// @ts-check
// The last events, in words.
import { formatTime } from './format.js';
import { announce } from './notices.js';

const MOST = 30;
const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const list = element('feed');

/** @type {Record<string, (data: any, room: string) => string>} */
const WORDS = {
  meetingStarted: (_, room) => `The meeting in ${room} started`,
  meetingEnded: (_, room) => `The meeting in ${room} ended`,
  recordingStarted: (_, room) => `A recording of ${room} is starting`,
  recordingUpdated: ({ status }, room) => `The recording of ${room} is ${status ?? 'changed'}`,
  recordingEnded: ({ status }, room) =>
    `The recording of ${room} ${status === 'complete' ? 'is ready' : `ended: ${String(status ?? 'unknown').replace('_', ' ')}`}`,
  roomCreated: (_, room) => `${room} was created`,
  roomUpdated: ({ status, meetingEndAction }, room) => {
    if (status === 'closed') return `${room} was closed`;
    if (meetingEndAction === 'close') return `${room} will be closed when its meeting ends`;
    if (meetingEndAction === 'delete') return `${room} will be deleted when its meeting ends`;
    return `${room} was changed`;
  },
  roomDeleted: (_, room) => `${room} was deleted`,
  recordingDeleted: (_, room) => `A recording of ${room} was deleted`,
  testEvent: ({ message }) => `Test: ${message ?? 'it works'}`,
};

/** Beside the lists the feed is open, above them it is but a line. */
export function startFeed() {
  /** @type {HTMLDetailsElement} */ (element('feed-box')).open = matchMedia('(min-width: 60.01rem)').matches;
}

/**
 * @param {import('./state.js').Webhook} webhook
 * @param {import('./state.js').State} state which knows the names of rooms
 */
export function addToFeed({ event, creationDate, data }, state) {
  const name = data?.roomName || state.rooms.recall(data?.roomId)?.roomName || data?.roomId;
  const words = Object.hasOwn(WORDS, event) ? WORDS[event](data ?? {}, name ? `“${name}”` : 'a room') : event;
  const item = document.createElement('li');
  const when = document.createElement('time');
  when.textContent = formatTime(creationDate);
  const text = document.createElement('span');
  text.textContent = words;
  item.append(when, text);
  item.dataset.kind = event.startsWith('recording') ? 'recording' : event.startsWith('meeting') ? 'meeting' : 'other';
  list.prepend(item);
  while (list.children.length > MOST) list.lastElementChild?.remove();
  list.hidden = false;
  element('feed-empty').hidden = true;
  element('feed-newest').textContent = words;
  if (event !== 'recordingUpdated') announce(words);
}
