// @ts-check
// The view of one meeting, or of one recording, in OpenVidu Meet's web component.
import { recordingUrl } from './api.js';
import { createElement, joinUrl, loadComponent, reachable } from './meet.js';
import { notify, showProblem } from './notices.js';
import { goTo } from './router.js';

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const stage = element('stage');
const title = element('meeting-title');
const endButton = element('end-meeting');

/** @type {Record<string, string>} */
const REASONS = {
  voluntary_leave: 'You left the meeting.',
  meeting_ended: 'The meeting was ended by the moderator.',
  meeting_ended_by_self: 'You ended the meeting.',
  participant_kicked: 'You were removed from the meeting.',
  network_disconnect: 'The connection to the meeting was lost.',
  server_shutdown: 'OpenVidu Meet was shut down.',
  duplicate_identity: 'You joined the meeting in another place.',
};

/** Shows one at a time; what is shown when another begins is over. */
let turn = 0;

/** Takes the component away. */
export function leaveStage() {
  turn++;
  stage.replaceChildren();
  endButton.hidden = true;
  document.body.classList.remove('in-meeting');
}

/** @param {any} room @param {'moderator' | 'speaker'} role */
export async function joinMeeting(room, role) {
  title.textContent = room.roomName || room.roomId;
  const url = joinUrl(room, role);
  const problem = room.status === 'closed' ? 'This room is closed and can’t be joined.'
    : url ? null : `This room has no link for a ${role}.`;
  const component = await show(problem, () => ({ 'room-url': url ?? '' }), () => joinMeeting(room, role));
  if (!component) return;

  const back = (/** @type {string} */ reason) => {
    goTo('/');
    notify(REASONS[reason] ?? 'The meeting was closed.');
  };
  component.addEventListener('joined', () => {
    endButton.hidden = role !== 'moderator';
    document.title = `${title.textContent} · MeetWebhooks`;
    document.body.classList.add('in-meeting');
  });
  component.addEventListener('left', (event) => back(/** @type {CustomEvent} */ (event).detail?.reason));
  component.addEventListener('closed', () => back(''));
  endButton.onclick = () => /** @type {any} */ (component).endMeeting();
}

/** @param {string} recordingId @param {any} recording */
export async function playRecording(recordingId, recording) {
  title.textContent = recording?.roomName ? `Recording of ${recording.roomName}` : 'Recording';
  const component = await show(
    null, async () => ({ 'recording-url': reachable(await recordingUrl(recordingId)) ?? '' }),
    () => playRecording(recordingId, recording));
  component?.addEventListener('closed', () => goTo('/recordings'));
}

/**
 * @param {string | null} problem
 * @param {() => Record<string, string> | Promise<Record<string, string>>} attributes
 * @param {() => void} again
 */
async function show(problem, attributes, again) {
  leaveStage();
  const mine = turn;
  const box = element('meeting-problem');
  showProblem(box, problem);
  if (problem) return null;
  try {
    const [wanted] = await Promise.all([attributes(), loadComponent()]);
    if (mine !== turn) return null;
    const component = createElement(wanted);
    stage.append(component);
    return component;
  } catch (error) {
    if (mine === turn) showProblem(box, /** @type {Error} */ (error).message, again);
    return null;
  }
}

/** Shows that there is nothing to show. @param {string} text */
export function showNothing(text) {
  leaveStage();
  title.textContent = 'Not found';
  showProblem(element('meeting-problem'), text);
}
