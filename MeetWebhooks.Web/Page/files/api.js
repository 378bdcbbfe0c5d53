// @ts-check
// Talks to the front door. Whatever goes wrong comes out as a sentence.
import { base } from './base.js';

const READING_LIMIT = 10_000;
const COMMAND_LIMIT = 30_000;

/** An answer that is an error; its message is meant for the reader. */
export class ApiError extends Error {
  /** @param {string} message @param {number} status 0 without an answer @param {string} [code] */
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Who is in front of the server wants a login first. */
export class SignedOutError extends ApiError {
  /** @param {number} status */
  constructor(status) {
    super('Your session has ended. Sign in again.', status);
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {number} limit in milliseconds
 * @param {object} [body]
 */
async function call(method, path, limit, body) {
  let answer, text;
  try {
    answer = await fetch(base + path, {
      method,
      redirect: 'manual',
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(limit),
    });
    text = await answer.text();
  } catch (error) {
    throw new ApiError(/** @type {Error} */ (error).name === 'TimeoutError'
      ? `The server did not answer within ${limit / 1000} seconds.`
      : 'The server can’t be reached. Check the connection.', 0);
  }

  if (isLogin(answer)) throw new SignedOutError(answer.status);
  const json = parse(answer, text);
  if (!answer.ok) {
    throw new ApiError(json?.message ?? `The server answered with status ${answer.status}.`, answer.status, json?.error);
  }

  return { json, answer };
}

/** A login comes as a redirect, as a refusal, or as a page where data is due. @param {Response} answer */
const isLogin = (answer) => answer.type === 'opaqueredirect' || answer.status === 401
  || ((answer.ok || answer.status === 403) && typeOf(answer).includes('html'));

/** @param {Response} answer */
const typeOf = (answer) => answer.headers.get('Content-Type') ?? '';

/** @param {Response} answer @param {string} text */
function parse(answer, text) {
  if (!typeOf(answer).includes('json')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {unknown} isExpected @param {Response} answer */
function check(isExpected, answer) {
  if (isExpected) return;
  throw new ApiError('This page does not understand the server’s answer. Load the page again.', answer.status);
}

/** Has something done. A session that has ended is told to the document as well. @param {Parameters<typeof call>} request */
async function command(...request) {
  try {
    return await call(...request);
  } catch (error) {
    if (error instanceof SignedOutError) document.dispatchEvent(new Event('signed-out'));
    throw error;
  }
}

/**
 * All that there is now, and the position that it is exact at.
 * @param {boolean} withAllRecordings or only with those in progress
 */
export async function readNow(withAllRecordings) {
  const { json, answer } = await call('GET', `/now${withAllRecordings ? '?recordings=all' : ''}`, READING_LIMIT);
  const position = answer.headers.get('Last-Event-ID') ?? '';
  check(Array.isArray(json?.rooms) && Array.isArray(json?.recordings) && position, answer);
  return { now: json, position, age: Number(answer.headers.get('Age')) || 0 };
}

/** @param {string} roomName */
export async function createRoom(roomName) {
  const { json, answer } = await command('POST', '/rooms', COMMAND_LIMIT, { roomName });
  check(json?.room?.roomId, answer);
  return json.room;
}

/**
 * @param {string} roomId
 * @param {Record<string, string>} policies
 * @returns {Promise<string>} what OpenVidu Meet calls the outcome
 */
export async function deleteRoom(roomId, policies) {
  const path = `/rooms/${encodeURIComponent(roomId)}?${new URLSearchParams(policies)}`;
  const { json, answer } = await command('DELETE', path, COMMAND_LIMIT);
  check(json?.message, answer);
  return String(json.successCode ?? '');
}

/** @param {string} recordingId */
export async function deleteRecording(recordingId) {
  const { json, answer } = await command('DELETE', `/recordings/${encodeURIComponent(recordingId)}`, COMMAND_LIMIT);
  check(json?.message, answer);
}

/** @param {string} recordingId @returns {Promise<string>} */
export async function recordingUrl(recordingId) {
  const { json, answer } = await command('GET', `/recordings/${encodeURIComponent(recordingId)}/url`, COMMAND_LIMIT);
  check(json?.url, answer);
  return json.url;
}
