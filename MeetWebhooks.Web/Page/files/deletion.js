// @ts-check
// What is asked and done when a room is deleted.
import { ApiError, deleteRoom } from './api.js';
import { notify } from './notices.js';

/** @type {Record<string, import('./dialog.js').Choice>} */
const POLICIES = {
  withMeeting: {
    name: 'withMeeting',
    label: 'The meeting in it',
    options: [
      { value: 'when_meeting_ends', label: 'Let it finish, and delete the room then' },
      { value: 'force', label: 'End it now' },
    ],
  },
  withRecordings: {
    name: 'withRecordings',
    label: 'Its recordings',
    options: [
      { value: 'close', label: 'Keep them: the room is closed, not deleted' },
      { value: 'force', label: 'Delete them too' },
    ],
  },
};

/** @param {boolean} hasMeeting @param {boolean} hasRecordings */
const policies = (hasMeeting, hasRecordings) =>
  [hasMeeting && POLICIES.withMeeting, hasRecordings && POLICIES.withRecordings].filter((policy) => policy !== false);

/** What has become of a room, by what OpenVidu Meet calls it. @param {string} successCode @param {string} name */
function outcome(successCode, name) {
  if (/scheduled_to_be_closed/.test(successCode)) return `${name} will be closed when its meeting ends`;
  if (/scheduled/.test(successCode)) return `${name} will be deleted when its meeting ends`;
  return /closed/.test(successCode) ? `${name} was closed` : `${name} was deleted`;
}

/**
 * @param {any} room
 * @param {string} roomName as the page calls it
 * @param {() => void} read reads everything anew
 * @returns {Parameters<typeof import('./dialog.js').ask>[0]} the question
 */
export function deletionOf(room, roomName, read) {
  const name = `“${roomName}”`;
  const hasMeeting = room.status === 'active_meeting';
  const act = async (/** @type {Record<string, string>} */ chosen) => {
    try {
      notify(outcome(await deleteRoom(room.roomId, chosen), name));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) {
        read();
        return notify(`${name} was deleted before`);
      }

      const needed = policies(/meeting/.test(error.code ?? ''), /recordings/.test(error.code ?? ''));
      if (error.status !== 409 || needed.every((policy) => policy.name in chosen)) throw error;
      return { problem: error.message, choices: needed };
    }
  };

  return {
    title: `Delete ${name}?`,
    text: hasMeeting ? 'People are meeting in it now.' : 'Nobody will be able to join it any more.',
    choices: policies(hasMeeting, room.recordingCount > 0),
    act,
  };
}
