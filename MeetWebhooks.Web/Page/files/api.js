// @ts-check
// Talks to the front door. Whatever goes wrong comes out as a sentence.
import { base } from './base.js';

/** An answer that is an error; its message is meant for the reader. */
export class ApiError extends Error {
  /** @param {string} message @param {number} status @param {string} [code] */
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(base + path, {
      method,
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new ApiError('The server can’t be reached. Check the connection.', 0);
  }

  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(json?.message ?? `The server answered with status ${answer.status}.`, answer.status, json?.error);
  return { json: json ?? {}, answer };
}

/**
 * A list, and the log's position that it is exact at.
 * @param {string} path
 * @param {string} member
 */
async function list(path, member) {
  const { json, answer } = await call('GET', path);
  return {
    items: json[member] ?? [],
    position: answer.headers.get('Last-Event-ID') ?? '',
  };
}

export const listRooms = () => list('/rooms', 'rooms');

export const listRecordings = () => list('/recordings', 'recordings');

/** @param {string} roomName */
export const createRoom = async (roomName) => (await call('POST', '/rooms', { roomName })).json;

/** @param {string} roomId @param {Record<string, string>} policies */
export const deleteRoom = async (roomId, policies) =>
  (await call('DELETE', `/rooms/${encodeURIComponent(roomId)}?${new URLSearchParams(policies)}`)).json;

/** @param {string} recordingId */
export const deleteRecording = async (recordingId) =>
  (await call('DELETE', `/recordings/${encodeURIComponent(recordingId)}`)).json;

/** @param {string} recordingId */
export const recordingUrl = async (recordingId) =>
  (await call('GET', `/recordings/${encodeURIComponent(recordingId)}/url`)).json.url;
