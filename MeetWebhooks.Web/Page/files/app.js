// @ts-check
// Starts the page, and shows the view of the address.
import { SignedOutError } from './api.js';
import { Connection } from './connection.js';
import { addToFeed, startFeed } from './feed.js';
import { Live } from './live.js';
import { joinMeeting, leaveStage, nameRecording, playRecording, showFailure, showNoRoom, waitForRoom } from './meeting.js';
import { showProblem } from './notices.js';
import { addressOfRecordings, filterRecordings, startRecordings } from './recordings.js';
import { startRooms } from './rooms.js';
import { startRouter } from './router.js';
import { startStatus } from './status.js';
import { showView } from './views.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

const live = new Live();
const connection = new Connection(live);
const read = () => connection.read();

/** @type {import('./router.js').Place} */
let place = { view: 'rooms' };
/** Whether the view is of a room that is not known, or not yet. */
let isRoomMissing = false;

/** @param {import('./router.js').Place} to */
function show(to) {
  place = to;
  isRoomMissing = false;
  leaveStage();
  showView(to.view);
  if (to.view === 'meeting') enter(to);
  if (to.view !== 'recordings' && to.view !== 'recording') return;
  connection.needAllRecordings();
  if (to.view === 'recordings') filterRecordings(live, to.room);
  else playRecording(to.recordingId, live.recordings.get(to.recordingId), addressOfRecordings());
}

/** @param {{roomId: string, role: 'moderator' | 'speaker'}} meeting */
function enter({ roomId, role }) {
  const room = live.rooms.get(roomId);
  isRoomMissing = !room;
  if (room) joinMeeting(room, role);
  else if (live.isLoaded) showNoRoom();
  else waitForRoom();
}

live.addEventListener('rooms', () => {
  if (place.view === 'meeting' && isRoomMissing) enter(place);
});
live.addEventListener('recordings', () => {
  if (place.view === 'recording') nameRecording(live.recordings.get(place.recordingId));
});

connection.addEventListener('read', () => {
  const { problem } = connection;
  explain('rooms', live.isLoaded, problem);
  explain('recordings', live.hasAllRecordings, problem);
  if (isRoomMissing && !live.isLoaded && isToSay(problem)) showFailure(problem.message, read);
});
connection.addEventListener('change', (event) => addToFeed(/** @type {CustomEvent} */ (event).detail));
document.addEventListener('signed-out', read);

/**
 * Says why a list is not there. How one that is there stands, the status tells.
 * @param {string} name
 * @param {boolean} isThere
 * @param {Error | null} problem
 */
function explain(name, isThere, problem) {
  if (!isThere) element(`${name}-empty`).hidden = problem !== null;
  showProblem(element(`${name}-problem`), !isThere && isToSay(problem) ? problem.message : null, read);
}

/** That the session has ended is said above all views. @param {Error | null} problem @returns {problem is Error} */
const isToSay = (problem) => problem !== null && !(problem instanceof SignedOutError);

startStatus(connection, live);
startFeed();
startRooms(live, read);
startRecordings(live, read);
startRouter(show);
connection.start();
