// @ts-check
// Keeps the page right: reads everything, follows the changes from there, and notices when nothing comes any more.
import { readNow, SignedOutError } from './api.js';
import { Attention } from './attention.js';
import { elapsed, Freshness } from './freshness.js';
import { Stream } from './stream.js';

const TICK = 1000;
const FIRST_WAIT = 1000;
/** With a tick, at most 5 seconds. */
const LONGEST_WAIT = 4000;
const SIGNED_OUT_WAIT = 30_000;

/** Fires `change` with what the server tells, `read` after each reading, and `health` when it may have changed. */
export class Connection extends EventTarget {
  freshness = new Freshness();
  /** Why the last reading failed. @type {Error | null} */
  problem = null;
  #live;
  #position = '';
  /** @type {Stream | null} */
  #stream = null;
  /** @type {Promise<void> | null} */
  #reading = null;
  #isReadingAsked = false;
  #needsAllRecordings = false;
  /** Whether the next attempt is a reading: only its answer can tell what is wrong. */
  #mustRead = true;
  /** Failed attempts in a row. */
  #failures = 0;
  /** When the stream was opened or last heard, or an attempt failed; and after how long another one is due. */
  #start = 0;
  #patience = 0;
  #attention = new Attention({ rest: () => this.#close(), wake: (hasRested) => this.#wake(hasRested) });

  /** @param {import('./live.js').Live} live */
  constructor(live) {
    super();
    this.#live = live;
  }

  start() {
    setInterval(() => this.#tick(), TICK);
    window.addEventListener('online', () => this.#attention.isResting || this.#reading || this.#retry());
    this.read();
  }

  /** Reads everything anew. What is asked for while something is read is read after it. */
  read() {
    this.#isReadingAsked = true;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  /** From now on also recordings that are not in progress are read. */
  needAllRecordings() {
    this.#needsAllRecordings = true;
    if (!this.#live.hasAllRecordings) this.read();
  }

  async #readAll() {
    // What is asked for in one go is one reading.
    await null;
    while (this.#isReadingAsked) {
      this.#isReadingAsked = false;
      this.#close();
      this.problem = await this.#readOnce().then(() => null, (error) => error);
    }

    this.#reading = null;
    this.#mustRead = this.problem !== null;
    if (this.problem) this.#fail(this.problem instanceof SignedOutError ? SIGNED_OUT_WAIT : 0);
    else if (!this.#attention.isResting) this.#open();
    this.dispatchEvent(new Event('read'));
    this.#tell();
  }

  async #readOnce() {
    const withAll = this.#needsAllRecordings;
    const { now, position, age } = await readNow(withAll);
    this.#live.load(now, withAll);
    this.#position = position;
    this.freshness.read(age);
  }

  #open() {
    this.#close();
    this.#start = Date.now();
    this.#patience = Freshness.LONGEST_SILENCE;
    this.#stream = new Stream(this.#position, {
      hear: () => {
        this.#start = Date.now();
        this.freshness.hear();
      },
      report: (report) => {
        this.#failures = 0;
        this.freshness.take(report);
        this.#tell();
      },
      change: (change) => {
        this.#live.apply(change);
        this.dispatchEvent(new CustomEvent('change', { detail: change }));
      },
      lose: () => this.read(),
      end: () => {
        this.#fail();
        this.#tell();
      },
    });
  }

  #close() {
    if (!this.#stream) return;
    this.#position = this.#stream.position;
    this.#stream.close();
    this.#stream = null;
  }

  /** Ends an attempt; the next one waits, more and more, and not as long as in other tabs. */
  #fail(shortestWait = 0) {
    if (this.#stream) this.#mustRead = !this.#stream.isOpen || this.#failures > 0;
    this.#close();
    this.freshness.lose();
    const wait = Math.min(FIRST_WAIT * 2 ** this.#failures, LONGEST_WAIT);
    this.#failures++;
    this.#start = Date.now();
    this.#patience = shortestWait + wait * (0.5 + Math.random() / 2);
  }

  /** Tries again at once. */
  #retry() {
    if (this.#stream) this.#fail();
    if (this.#mustRead) this.read();
    else this.#open();
  }

  /** Looks at the clock: a connection can die without a word, and a computer can have slept. */
  #tick() {
    this.#attention.check();
    this.freshness.check();
    if (!this.#attention.isResting && !this.#reading && elapsed(this.#start) > this.#patience) this.#retry();
    this.#tell();
  }

  /** @param {boolean} hasRested */
  #wake(hasRested) {
    if (hasRested) this.freshness.restart();
    if (!this.#stream && !this.#reading) this.#retry();
    this.#tick();
  }

  #tell() {
    this.dispatchEvent(new Event('health'));
  }
}
