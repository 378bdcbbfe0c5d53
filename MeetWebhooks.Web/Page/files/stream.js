// @ts-check
// The events, live. All tabs of a browser share one connection: one of them (the leader, by a lock) has it and passes on
// what arrives. When the leader's tab goes, another gets the lock and continues after the last event that it heard.
import { numberOf } from './state.js';

const FIRST_RETRY = 1000;
const LONGEST_RETRY = 30_000;

/**
 * Fires `event` ({id, data}), `reset` ({id}) when events were lost, and `state` with `live`, `reconnecting` or `offline`.
 */
export class Stream extends EventTarget {
  #tabs = 'BroadcastChannel' in window ? new BroadcastChannel('meet-webhooks') : null;
  /** @type {EventSource | null} */
  #source = null;
  #retry = FIRST_RETRY;
  #position = '';
  #state = '';
  /** What other tabs say before this one knows its position. @type {{type: string, id: string, data?: string}[] | null} */
  #early = [];
  #isLeader = false;

  constructor() {
    super();
    this.#tabs?.addEventListener('message', ({ data }) => this.#hear(data));
    window.addEventListener('offline', () => this.#isLeader && this.#say('offline'));
    window.addEventListener('online', () => this.#isLeader && this.#connect());
  }

  /** Starts after a position; without one, with what comes. @param {string} position */
  start(position) {
    this.#position = position;
    const early = this.#early ?? [];
    this.#early = null;
    for (const message of early) this.#take(message);
    this.#say('reconnecting');
    this.#tabs?.postMessage({ type: 'hello' });
    // Without locks (they need https or localhost) each tab has a connection of its own.
    if (navigator.locks && this.#tabs) {
      navigator.locks.request('meet-webhooks-stream', () => new Promise(() => this.#lead()));
    } else {
      this.#tabs?.close();
      this.#tabs = null;
      this.#lead();
    }
  }

  #lead() {
    this.#isLeader = true;
    this.#connect();
  }

  #connect() {
    this.#source?.close();
    const source = new EventSource(`/events?${new URLSearchParams({ last_event_id: this.#position })}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#retry = FIRST_RETRY;
      this.#say('live');
    });
    source.addEventListener('message', ({ lastEventId, data }) => this.#pass({ type: 'event', id: lastEventId, data }));
    source.addEventListener('reset', ({ lastEventId }) => this.#pass({ type: 'reset', id: lastEventId }));
    source.addEventListener('error', () => {
      this.#say(navigator.onLine ? 'reconnecting' : 'offline');
      if (source.readyState !== EventSource.CLOSED || source !== this.#source) return;
      // The browser gives up where the answer was an error: then it is tried again here, more and more slowly.
      setTimeout(() => source === this.#source && this.#connect(), this.#retry * (0.5 + Math.random() / 2));
      this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY);
    });
  }

  /** @param {{type: string, id: string, data?: string}} message */
  #pass(message) {
    this.#tabs?.postMessage(message);
    this.#take(message);
  }

  /** What another tab says. @param {{type: string, id?: string, data?: string, state?: string}} message */
  #hear(message) {
    if (message.type === 'hello' && this.#isLeader) {
      this.#tabs?.postMessage({ type: 'state', state: this.#state, id: this.#position });
    } else if (message.type === 'state' && !this.#isLeader) {
      this.#say(message.state ?? '');
      // The leader is further: what lies between was said before this tab listened.
      if (message.id && this.#position && numberOf(message.id) > numberOf(this.#position)) this.#lost(message.id);
    } else if (!this.#isLeader && message.id) {
      this.#take({ type: message.type, id: message.id, data: message.data });
    }
  }

  /** @param {{type: string, id: string, data?: string}} message */
  #take({ type, id, data }) {
    if (this.#early) {
      this.#early.push({ type, id, data });
      return;
    }
    if (type === 'reset') {
      this.#lost(id);
      return;
    }

    const step = this.#position ? numberOf(id) - numberOf(this.#position) : 1;
    if (step <= 0) return;
    // Numbers have no gaps: one that is missing was never heard here.
    if (step > 1) {
      this.#lost(id);
      return;
    }

    this.#position = id;
    this.dispatchEvent(new CustomEvent('event', { detail: { id, data } }));
  }

  /** @param {string} id */
  #lost(id) {
    this.#position = id;
    this.dispatchEvent(new CustomEvent('reset', { detail: { id } }));
  }

  /** @param {string} state */
  #say(state) {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#isLeader) this.#tabs?.postMessage({ type: 'state', state, id: this.#position });
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }
}
