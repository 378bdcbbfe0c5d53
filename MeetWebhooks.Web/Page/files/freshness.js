// @ts-check
// How fresh what the page shows is: when the server was last heard, and what it said of its sources.

/** @typedef {import('./stream.js').Report} Report */

/** For how long; also by a clock that was set back, or of a computer that slept. @param {number} time */
export const elapsed = (time) => Math.abs(Date.now() - time);

export class Freshness {
  /** The server says something every 4 seconds. */
  static LONGEST_SILENCE = 10_000;

  /** When the server was last heard. */
  heardAt = 0;
  /** What it last said of its sources. @type {Report | null} */
  report = null;
  /** When it did, by this computer's clock. */
  reportedAt = 0;
  /** Since when nothing says that the page is right, by a clock that nobody sets. @type {number | null} */
  #lostAt = performance.now();

  /** For how long nothing has said that the page is right; null while it is. */
  get lostFor() {
    return this.#lostAt === null ? null : performance.now() - this.#lostAt;
  }

  hear() {
    this.heardAt = Date.now();
  }

  /** @param {Report} report */
  take(report) {
    this.report = report;
    this.reportedAt = Date.now();
    this.#lostAt = null;
  }

  /** What the page shows was read, by a server that knows it since a while. @param {number} age in seconds */
  read(age) {
    this.heardAt = Date.now() - age * 1000;
    if (this.#lostAt !== null) this.restart();
  }

  /** The connection is lost. */
  lose() {
    this.#lostAt ??= performance.now();
  }

  /** The connection is about to come back. */
  restart() {
    this.#lostAt = performance.now();
  }

  /** Looks at the clock. */
  check() {
    if (elapsed(this.heardAt) > Freshness.LONGEST_SILENCE) this.lose();
  }
}
