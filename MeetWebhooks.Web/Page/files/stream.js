// @ts-check
// The events, live: each once and in order, whichever tab has the connection.
import { Connection } from './connection.js';
import { numberOf } from './state.js';
import { Tabs } from './tabs.js';

/** @typedef {import('./connection.js').Message} Message */

/**
 * Fires `event` ({id, data}), `reset` ({id}) when events were lost, and `state` with `live`, `reconnecting` or `offline`.
 */
export class Stream extends EventTarget {
  #position = '';
  #state = '';
  #connection = new Connection({
    position: () => this.#position,
    take: (message) => {
      this.#tabs.tell(message);
      this.#take(message);
    },
    say: (state) => this.#say(state),
  });
  #tabs = new Tabs({
    lead: () => this.#connection.open(),
    follow: () => this.#connection.close(),
    greet: () => ({ type: 'state', state: this.#state, id: this.#position }),
    hear: (message) => (message.type === 'state' ? this.#compare(message) : this.#take(message)),
  });

  /** Starts after a position; without one, with what comes. @param {string} position */
  start(position) {
    this.#position = position;
    this.#tabs.start();
  }

  /** Where the leader stands; what lies between was said while this tab did not listen. @param {{state: string, id: string}} leader */
  #compare({ state, id }) {
    if (state) this.#say(state);
    if (id && id !== this.#position) this.#lost(id);
  }

  /** @param {Message} message */
  #take({ type, id, data }) {
    const step = this.#position ? numberOf(id) - numberOf(this.#position) : 1;
    // Numbers have no gaps: one that is missing was never heard here.
    if (type === 'reset' || step > 1) this.#lost(id);
    else if (step === 1) {
      this.#position = id;
      if (type === 'event') this.dispatchEvent(new CustomEvent('event', { detail: { id, data } }));
    }
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
    if (this.#tabs.isLeader) this.#tabs.tell({ type: 'state', state, id: this.#position });
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }
}
