// @ts-check
// Starts the page: reads the lists, opens the stream from where they stand, shows the view of the address.
import { listRecordings, listRooms } from './api.js';
import { addToFeed, startFeed } from './feed.js';
import { joinMeeting, leaveStage, playRecording, showFailure, showNoRoom, waitForRoom } from './meeting.js';
import { showProblem } from './notices.js';
import { addressOfRecordings, filterRecordings, startRecordings } from './recordings.js';
import { startRooms } from './rooms.js';
import { startRouter } from './router.js';
import { numberOf, State } from './state.js';
import { Stream } from './stream.js';
import { showView } from './views.js';

const RETRY = 5000;
const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

const state = new State();
const stream = new Stream();
/** @type {import('./router.js').Place} */
let place = { view: 'rooms' };

/** @param {'rooms' | 'recordings'} name @param {typeof listRooms} read */
async function load(name, read) {
  const box = element(`${name}-problem`);
  try {
    const snapshot = await read();
    state.load(name, snapshot);
    showProblem(box, null);
    return snapshot.position;
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    element(`${name}-empty`).hidden = true;
    showProblem(box, message, refresh);
    if (name === 'rooms' && isWaitingForRoom()) showFailure(message, refresh);
    return null;
  }
}

let retry = 0;
let isStale = false;
/** @type {Promise<(string | null)[]> | null} */
let refreshing = null;

/** Reads both lists, one reading at a time: what is asked for meanwhile is read after it. */
function refresh() {
  isStale = true;
  refreshing ??= (async () => {
    /** @type {(string | null)[]} */
    let positions = [];
    while (isStale) {
      isStale = false;
      positions = await readLists();
    }
    refreshing = null;
    return positions;
  })();
  return refreshing;
}

/** What can't be read now is tried again by itself. */
async function readLists() {
  clearTimeout(retry);
  /** @type {(string | null)[]} */
  let positions = [];
  await state.refresh(async () => {
    positions = await Promise.all([load('rooms', listRooms), load('recordings', listRecordings)]);
  });
  if (positions.includes(null)) retry = window.setTimeout(refresh, RETRY);
  return positions;
}

/** @param {import('./router.js').Place} to */
function show(to) {
  place = to;
  leaveStage();
  showView(to.view);
  if (to.view === 'recordings') filterRecordings(state, to.room);
  if (to.view === 'recording') {
    playRecording(to.recordingId, state.recordings.items.get(to.recordingId), addressOfRecordings());
  }
  if (to.view === 'meeting') enter(to);
}

const isWaitingForRoom = () => place.view === 'meeting' && !state.rooms.isLoaded;

/** @param {{roomId: string, role: 'moderator' | 'speaker'}} meeting */
function enter({ roomId, role }) {
  const room = state.rooms.items.get(roomId);
  if (room) joinMeeting(room, role);
  else if (state.rooms.isLoaded) showNoRoom();
  else {
    waitForRoom();
    state.addEventListener('change', () => place.view === 'meeting' && enter(place), { once: true });
  }
}

/** @type {Record<string, string>} */
const CONNECTION = { live: 'Live', reconnecting: 'Reconnecting…', offline: 'Offline' };
stream.addEventListener('state', (event) => {
  const box = element('connection');
  const now = /** @type {CustomEvent} */ (event).detail;
  box.dataset.state = now;
  /** @type {HTMLElement} */ (box.querySelector('.text')).textContent = CONNECTION[now] ?? '';
});
stream.addEventListener('event', (event) => {
  const { id, data } = /** @type {CustomEvent} */ (event).detail;
  try {
    const webhook = JSON.parse(data);
    addToFeed(webhook, state);
    state.take(id, webhook);
  } catch (error) {
    console.error('An event could not be read.', error);
  }
});
stream.addEventListener('reset', refresh);

startFeed();
startRooms(state);
startRecordings(state, refresh);
startRouter(show);

const positions = (await refresh()).filter((position) => position !== null);
// From the older list on; without any, from now on, and the lists follow when they can be read.
stream.start(positions.sort((a, b) => numberOf(a) - numberOf(b))[0] ?? '');
