// @ts-check
// What the page knows of rooms and recordings: whole items, just as the server tells them.
import { oncePerFrame } from './frames.js';

/** @typedef {{rooms?: any[], recordings?: any[], removedRooms?: string[], removedRecordings?: string[]}} Items */

/** Fires `rooms` and `recordings` when they are to be drawn anew. */
export class Live extends EventTarget {
  /** @type {Map<string, any>} */
  rooms = new Map();
  /** @type {Map<string, any>} Before all are read, those in progress and those that changed. */
  recordings = new Map();
  isLoaded = false;
  hasAllRecordings = false;
  /** @type {Set<'rooms' | 'recordings'>} */
  #changed = new Set();
  #draw = oncePerFrame(() => {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const name of changed) this.dispatchEvent(new Event(name));
  });

  /** Takes all that there is. @param {Items} now @param {boolean} hasAllRecordings */
  load({ rooms, recordings }, hasAllRecordings) {
    this.rooms.clear();
    this.recordings.clear();
    this.isLoaded = true;
    this.hasAllRecordings = hasAllRecordings;
    this.#changes('rooms', 'recordings');
    this.apply({ rooms, recordings });
  }

  /** Takes what changed. @param {Items} items */
  apply({ rooms = [], recordings = [], removedRooms = [], removedRecordings = [] }) {
    for (const room of rooms) this.rooms.set(room.roomId, room);
    for (const recording of recordings) this.recordings.set(recording.recordingId, recording);
    for (const id of removedRooms) this.rooms.delete(id);
    for (const id of removedRecordings) this.recordings.delete(id);
    if (rooms.length + removedRooms.length > 0) this.#changes('rooms');
    if (recordings.length + removedRecordings.length > 0) this.#changes('recordings');
  }

  /** @param {('rooms' | 'recordings')[]} names */
  #changes(...names) {
    for (const name of names) this.#changed.add(name);
    this.#draw();
  }
}
