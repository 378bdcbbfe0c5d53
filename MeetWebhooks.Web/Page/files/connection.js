// @ts-check
// The connection to the server's events. The browser itself restores one that broke; one that was answered with an error,
// as by a server that is busy or starts, is tried again here, more and more slowly.
import { base } from './base.js';

const FIRST_RETRY = 1000;
const LONGEST_RETRY = 30_000;

/** @typedef {{type: 'event' | 'position' | 'reset', id: string, data?: string}} Message */

export class Connection {
  /** @type {EventSource | null} */
  #source = null;
  #retry = FIRST_RETRY;
  #timer = 0;
  #to;

  /** @param {{position: () => string, take: (message: Message) => void, say: (state: string) => void}} to */
  constructor(to) {
    this.#to = to;
    window.addEventListener('offline', () => this.#source && to.say('offline'));
    window.addEventListener('online', () => this.#source && this.open());
  }

  /** Opens it after the last event that was taken, anew where it is open. */
  open() {
    this.close();
    const { position, take, say } = this.#to;
    const source = new EventSource(`${base}/events?${new URLSearchParams({ last_event_id: position() })}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#retry = FIRST_RETRY;
      say('live');
    });
    source.addEventListener('message', ({ lastEventId, data }) => take({ type: 'event', id: lastEventId, data }));
    source.addEventListener('position', ({ lastEventId }) => take({ type: 'position', id: lastEventId }));
    source.addEventListener('reset', ({ lastEventId }) => take({ type: 'reset', id: lastEventId }));
    source.addEventListener('error', () => {
      say(navigator.onLine ? 'reconnecting' : 'offline');
      if (source.readyState !== EventSource.CLOSED) return;
      this.#timer = window.setTimeout(() => this.open(), this.#retry * (0.5 + Math.random() / 2));
      this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY);
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
