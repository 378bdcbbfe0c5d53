// @ts-check
// One of a browser's tabs leads, by a lock: it has the connection, and tells the others what arrives. When it goes, the next
// in line leads. One that was put to sleep, as phones do, keeps the lock and says nothing: a tab that is looked at takes it.
import { base } from './base.js';

// A host can have several installations, each under a path of its own.
const NAME = `meet-webhooks${base}`;
const CHECK = 5000;
const PATIENCE = 3000;
const LONG_SLEEP = 60_000;

export class Tabs {
  isLeader = false;
  #to;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** Gives up the lock, or the wait for it. @type {AbortController | null} */
  #turn = null;
  #silence = 0;
  #hiddenAt = 0;

  /**
   * @param {{lead: () => void, follow: () => void, greet: () => object, hear: (message: any) => void}} to what to do as
   *   the leader and as another, what the leader tells a newcomer, and what to do with the leader's words
   */
  constructor(to) {
    this.#to = to;
  }

  start() {
    this.#join();
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#rest() : this.#wake()));
    document.addEventListener('resume', () => this.#wake());
    // A page in the history keeps neither a lock nor a connection.
    window.addEventListener('pagehide', () => this.#quit());
    window.addEventListener('pageshow', ({ persisted }) => persisted && this.#join());
    setInterval(() => this.#check(), CHECK);
  }

  /** Tells the other tabs, as their leader. @param {object} message */
  tell(message) {
    this.#channel?.postMessage(message);
  }

  #join() {
    if (!navigator.locks) {
      this.#goAlone();
      return;
    }

    this.#channel = new BroadcastChannel(NAME);
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data));
    this.#wait({});
    this.#check();
  }

  #quit() {
    this.#turn?.abort();
    this.#turn = null;
    this.#channel?.close();
    this.#channel = null;
    this.#follow();
  }

  /** Locks need https or localhost, and leave. Without them each tab has its own connection, while it is looked at. */
  #goAlone() {
    this.#quit();
    if (!document.hidden) this.#lead();
  }

  /** Waits for the lock, or takes it. @param {LockOptions} options */
  #wait(options) {
    this.#turn?.abort();
    const turn = new AbortController();
    this.#turn = turn;
    const hold = () => new Promise((release) => {
      turn.signal.addEventListener('abort', release);
      this.#lead();
    });
    navigator.locks.request(NAME, options.steal ? options : { signal: turn.signal }, hold).catch(({ name }) => {
      if (turn !== this.#turn) return;
      if (name !== 'AbortError') return this.#goAlone();
      // Another tab took it.
      this.#follow();
      this.#wait({});
    });
  }

  #lead() {
    this.isLeader = true;
    clearTimeout(this.#silence);
    this.#to.lead();
  }

  #follow() {
    this.isLeader = false;
    this.#to.follow();
  }

  #rest() {
    this.#hiddenAt = Date.now();
    if (!this.#channel) this.#follow();
  }

  #wake() {
    // A connection can have died meanwhile without a word.
    if (!this.#channel || (this.isLeader && Date.now() - this.#hiddenAt > LONG_SLEEP)) this.#lead();
    this.#check();
  }

  /** Asks whether the leader is awake. */
  #check() {
    if (!this.#channel || this.isLeader || document.hidden) return;
    this.tell({ type: 'hello' });
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => document.hidden || this.#wait({ steal: true }), PATIENCE);
  }

  /** @param {any} message */
  #hear(message) {
    if (message.type === 'hello') {
      if (this.isLeader) this.tell(this.#to.greet());
    } else if (!this.isLeader) {
      clearTimeout(this.#silence);
      this.#to.hear(message);
    }
  }
}
