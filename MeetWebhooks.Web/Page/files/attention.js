// @ts-check
// Whether anybody looks at the tab. One that is hidden for long rests; one that is looked at again wakes.
import { elapsed } from './freshness.js';

/** A quick switch between tabs costs nothing. */
const REST_AFTER = 30_000;

export class Attention {
  isResting = false;
  #hiddenAt = Date.now();
  #to;

  /** @param {{rest: () => void, wake: (hasRested: boolean) => void}} to what to do then */
  constructor(to) {
    this.#to = to;
    document.addEventListener('visibilitychange', () => {
      this.#hiddenAt = Date.now();
      this.#wake();
    });
    // A tab that was frozen, and a page that comes back from the history.
    document.addEventListener('resume', () => this.#wake());
    window.addEventListener('pageshow', ({ persisted }) => persisted && this.#wake());
    window.addEventListener('pagehide', () => this.#rest());
  }

  /** Looks at the clock. */
  check() {
    if (document.hidden && elapsed(this.#hiddenAt) > REST_AFTER) this.#rest();
  }

  #rest() {
    this.isResting = true;
    this.#to.rest();
  }

  #wake() {
    if (document.hidden) return;
    const hasRested = this.isResting;
    this.isResting = false;
    this.#to.wake(hasRested);
  }
}
