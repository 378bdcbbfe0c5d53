// @ts-check
// The last events, in words.
import { formatTime } from './format.js';
import { oncePerFrame } from './frames.js';
import { announce } from './notices.js';

const MOST = 30;
const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const list = element('feed');

/** @type {Record<string, (about: any, room: string) => string>} */
const WORDS = {
  meetingStarted: (_, room) => `The meeting in ${room} started`,
  meetingEnded: (_, room) => `The meeting in ${room} ended`,
  recordingStarted: (_, room) => `A recording of ${room} is starting`,
  recordingUpdated: ({ status }, room) => `The recording of ${room} is ${status ?? 'changed'}`,
  recordingEnded: ({ status }, room) => `The recording of ${room} ${status === 'complete'
    ? 'is ready'
    : `ended: ${String(status ?? 'unknown').replace('_', ' ')}`}`,
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

/** What happened and is not shown yet. @type {{event: string, creationDate: number, words: string}[]} */
let news = [];

/** @param {{event: string, creationDate: number, about?: any}} change */
export function addToFeed({ event, creationDate, about = {} }) {
  const name = about.roomName || about.roomId;
  const words = Object.hasOwn(WORDS, event) ? WORDS[event](about, name ? `“${name}”` : 'a room') : event;
  news.push({ event, creationDate, words });
  draw();
}

const draw = oncePerFrame(() => {
  const newest = news.slice(-MOST);
  news = [];
  list.prepend(...newest.map(rowOf).reverse());
  while (list.children.length > MOST) list.lastElementChild?.remove();
  list.hidden = false;
  element('feed-empty').hidden = true;
  element('feed-newest').textContent = newest[newest.length - 1].words;
  const told = newest.filter(({ event }) => event !== 'recordingUpdated');
  if (told.length > 0) announce(told[told.length - 1].words);
});

/** @param {{event: string, creationDate: number, words: string}} happened */
function rowOf({ event, creationDate, words }) {
  const row = document.createElement('li');
  const when = document.createElement('time');
  when.textContent = formatTime(creationDate);
  const text = document.createElement('span');
  text.textContent = words;
  row.append(when, text);
  row.dataset.kind = event.startsWith('recording') ? 'recording' : event.startsWith('meeting') ? 'meeting' : 'other';
  return row;
}
