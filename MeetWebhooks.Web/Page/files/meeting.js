// @ts-check
// The view of one meeting, or of one recording, in OpenVidu Meet's web component.
import { recordingUrl } from './api.js';
import { base } from './base.js';
import { createElement, loadComponent, reachable } from './meet.js';
import { notify, showProblem } from './notices.js';
import { goOnTo } from './router.js';
import { nameDocument } from './views.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const stage = element('stage');
const problemBox = element('meeting-problem');
const waiting = element('meeting-wait');
const backLink = element('meeting-back');
const endButton = element('end-meeting');

const ROOMS = { address: `${base}/`, label: 'Back to the rooms' };

/** @type {Record<string, string>} */
const REASONS = {
  voluntary_leave: 'You left the meeting',
  meeting_ended: 'The meeting was ended by the moderator',
  meeting_ended_by_self: 'You ended the meeting',
  participant_kicked: 'You were removed from the meeting',
  network_disconnect: 'The connection to the meeting was lost',
  server_shutdown: 'OpenVidu Meet was shut down',
  duplicate_identity: 'You joined the meeting in another place',
};

/** Shows one at a time; what is shown when another begins is over. */
let turn = 0;

/** Takes the component away. */
export function leaveStage() {
  turn++;
  stage.replaceChildren();
  waiting.hidden = true;
  endButton.hidden = true;
}

/** @param {any} room @param {'moderator' | 'speaker'} role */
export async function joinMeeting(room, role) {
  const url = room[`${role}Url`];
  const problem = room.status === 'closed' ? 'This room is closed and can’t be joined.'
    : url ? null : `OpenVidu Meet gives no link by which a ${role} could join this room.`;
  setTheStage(room.roomName || room.roomId, ROOMS, problem);
  if (!url || problem) return;
  const component = await show(() => ({ 'room-url': url }), () => joinMeeting(room, role));
  if (!component) return;

  on(component, ['joined', 'meetingJoined'], () => { endButton.hidden = role !== 'moderator'; });
  on(component, ['left', 'meetingLeft'], ({ reason }) => {
    goOnTo(ROOMS.address);
    notify(REASONS[reason] ?? 'You are no longer in the meeting');
  });
  on(component, ['closed', 'meetingClosed'], () => {
    goOnTo(ROOMS.address);
    notify('You left the room');
  });
  endButton.onclick = () => (component.meetingEnd ?? component.endMeeting).call(component);
}

/** @param {string} recordingId @param {any} recording what is known of it @param {string} back where it is to be found */
export async function playRecording(recordingId, recording, back) {
  setTheStage('Recording', { address: back, label: 'Back to the recordings' }, null);
  nameRecording(recording);
  const component = await show(
    async () => ({ 'recording-url': reachable(await recordingUrl(recordingId)) ?? '' }),
    () => playRecording(recordingId, recording, back));
  if (component) on(component, ['closed', 'meetingClosed'], () => goOnTo(back));
}

/** Names the recording that is shown, when it is known. @param {any} recording */
export function nameRecording(recording) {
  if (!recording?.roomName) return;
  element('meeting-title').textContent = `Recording of ${recording.roomName}`;
  nameDocument();
}

/** Shows that the room is not known yet. */
export function waitForRoom() {
  setTheStage('Meeting', ROOMS, null);
  waiting.hidden = false;
}

/** Shows why the room can't be known yet. @param {string} problem @param {() => unknown} retry */
export function showFailure(problem, retry) {
  setTheStage('Meeting', ROOMS, problem, retry);
}

/** Shows that there is no such room. */
export function showNoRoom() {
  setTheStage('Not found', ROOMS, 'There is no such room any more.');
}

/**
 * @param {string} heading
 * @param {{address: string, label: string}} back
 * @param {string | null} problem
 * @param {() => unknown} [retry]
 */
function setTheStage(heading, back, problem, retry) {
  leaveStage();
  element('meeting-title').textContent = heading;
  nameDocument();
  backLink.setAttribute('href', back.address);
  /** @type {HTMLElement} */ (backLink.querySelector('span')).textContent = back.label;
  showProblem(problemBox, problem, retry);
}

/**
 * @param {() => Record<string, string> | Promise<Record<string, string>>} attributes
 * @param {() => unknown} again
 */
async function show(attributes, again) {
  const mine = turn;
  waiting.hidden = false;
  try {
    const [wanted] = await Promise.all([attributes(), loadComponent()]);
    if (mine !== turn) return null;
    const component = createElement(wanted);
    stage.append(component);
    return component;
  } catch (error) {
    if (mine === turn) showProblem(problemBox, /** @type {Error} */ (error).message, again);
    return null;
  } finally {
    if (mine === turn) waiting.hidden = true;
  }
}

/**
 * Listens while the component is on the stage. Newer versions of OpenVidu Meet tell the same under an old and a new name.
 * @param {HTMLElement} component @param {string[]} names @param {(detail: any) => void} react
 */
function on(component, names, react) {
  const mine = turn;
  for (const name of names) {
    component.addEventListener(name, (event) => {
      if (mine === turn) react(/** @type {CustomEvent} */ (event).detail ?? {});
    });
  }
}
