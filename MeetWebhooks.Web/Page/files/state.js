// @ts-check
// What the page knows of rooms and recordings, and how events change it.

/** @typedef {{event: string, creationDate: number, data: any}} Webhook */

/** The number in an event's id: numbers have no gaps. @param {string} id */
export const numberOf = (id) => Number(id.slice(id.lastIndexOf('-') + 1)) || 0;

const ROOM_EVENTS = ['meetingStarted', 'meetingEnded'];
const RECORDING_EVENTS = ['recordingStarted', 'recordingUpdated', 'recordingEnded'];

/** A list whose items come from a snapshot and from events, either of which may be the older one. */
class Collection {
  /** @type {Map<string, any>} */
  items = new Map();
  isLoaded = false;
  /** When an item was last told of, by the sender's clock. @type {Map<string, number>} */
  #dates = new Map();
  /** What is gone never comes back, whatever arrives late; what was known of it. @type {Map<string, any>} */
  #gone = new Map();

  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  /** @param {any[]} items */
  load(items) {
    this.items = new Map(items.map((item) => [item[this.key], item]));
    this.#dates.clear();
    for (const id of this.items.keys()) this.#gone.delete(id);
    this.isLoaded = true;
  }

  /** Takes a webhook's item, unless something newer is known. @param {any} item @param {number} date */
  tell(item, date) {
    const id = item?.[this.key];
    if (date < (this.#dates.get(id) ?? 0) || !this.set(item)) return false;
    this.#dates.set(id, date);
    return true;
  }

  /** Takes an item; what it does not say stays as it was. @param {any} item */
  set(item) {
    const id = item?.[this.key];
    if (!id || this.#gone.has(id)) return false;
    this.items.set(id, { ...this.items.get(id), ...item });
    return true;
  }

  /** @param {string} id */
  remove(id) {
    if (!this.#gone.has(id)) this.#gone.set(id, this.items.get(id));
    return this.items.delete(id);
  }

  /** What is known of an item, also of one that is gone. @param {string} id */
  recall(id) {
    return this.items.get(id) ?? this.#gone.get(id);
  }
}

/** Fires `change` with `detail: 'rooms' | 'recordings'`. */
export class State extends EventTarget {
  rooms = new Collection('roomId');
  recordings = new Collection('recordingId');
  /** @type {{id: string, webhook: Webhook}[] | null} Events that arrive while lists are read. */
  #meanwhile = null;

  /** Reads lists by a function; events that come meanwhile are not lost to the older lists. @param {() => Promise<void>} read */
  async refresh(read) {
    this.#meanwhile ??= [];
    try {
      await read();
    } finally {
      this.#meanwhile = null;
    }
  }

  /**
   * @param {'rooms' | 'recordings'} name
   * @param {{items: any[], position: string}} snapshot
   */
  load(name, { items, position }) {
    this[name].load(items);
    for (const { id, webhook } of this.#meanwhile ?? []) {
      if (numberOf(id) > numberOf(position)) this.#apply(webhook);
    }
    this.#changed(name);
  }

  /** A room as this tab was just answered. @param {any} room */
  setRoom(room) {
    if (this.#setRoom(room)) this.#changed('rooms');
  }

  /** A room that this tab has just deleted. @param {string} roomId */
  removeRoom(roomId) {
    for (const name of this.#removeRoom(roomId)) this.#changed(name);
  }

  /** A recording that this tab has just deleted. @param {string} recordingId */
  removeRecording(recordingId) {
    if (this.recordings.remove(recordingId)) this.#changed('recordings');
  }

  /** @param {string} id @param {Webhook} webhook */
  take(id, webhook) {
    this.#meanwhile?.push({ id, webhook });
    for (const name of this.#apply(webhook)) this.#changed(name);
  }

  /** @param {Webhook} webhook @returns {('rooms' | 'recordings')[]} what changed */
  #apply({ event, creationDate, data }) {
    if (ROOM_EVENTS.includes(event)) {
      // A room that goes with its meeting is still called active in the last word about it.
      if (event === 'meetingEnded' && data?.meetingEndAction === 'delete') return this.#removeRoom(data.roomId);
      return this.rooms.tell(data, creationDate) ? ['rooms'] : [];
    }

    if (RECORDING_EVENTS.includes(event)) return this.recordings.tell(data, creationDate) ? ['recordings'] : [];
    switch (event) {
      case 'roomCreated':
        return !this.rooms.items.has(data?.roomId) && this.rooms.set(data) ? ['rooms'] : [];
      case 'roomUpdated':
        return this.#setRoom(data) ? ['rooms'] : [];
      case 'roomDeleted':
        return this.#removeRoom(data?.roomId);
      case 'recordingDeleted':
        return this.recordings.remove(data?.recordingId) ? ['recordings'] : [];
      default:
        return [];
    }
  }

  /** A room as an answer showed it. The meeting in it may be over by now, of which webhooks tell. @param {any} room */
  #setRoom(room) {
    const known = this.rooms.items.get(room?.roomId)?.status;
    const isOver = room?.status === 'active_meeting' && known && known !== 'active_meeting';
    return !isOver && this.rooms.set(room);
  }

  /** @param {string} roomId @returns {('rooms' | 'recordings')[]} */
  #removeRoom(roomId) {
    this.rooms.remove(roomId);
    for (const recording of [...this.recordings.items.values()]) {
      if (recording.roomId === roomId) this.recordings.remove(recording.recordingId);
    }
    return ['rooms', 'recordings'];
  }

  /** @param {'rooms' | 'recordings'} name */
  #changed(name) {
    this.dispatchEvent(new CustomEvent('change', { detail: name }));
  }
}
