// @ts-check
// One connection to the server's changes. It ends by itself and never comes back by itself: the browser's own reconnection
// does not notice a connection that is dead, and does not tell what is wrong.
import { base } from './base.js';

/**
 * @typedef {{position?: string, time?: number, sources?: any, refusedWebhooks?: any}} Report how well the server's sources
 *   are
 */
/**
 * @typedef {{hear: () => void, report: (report: Report) => void, change: (change: any) => void, lose: () => void,
 *   end: () => void}} Listener hears every frame, reports, changes in order, that some were lost, and the connection's end
 */

/** The number in a position: numbers have no gaps. */
const numberOf = (/** @type {string} */ id) => Number(id.slice(id.lastIndexOf('-') + 1)) || 0;

export class Stream {
  isOpen = false;
  /** Where the stream is. */
  position;
  #source;
  #to;
  /** Where the server said it was. */
  #reported = '';

  /** @param {string} position after which changes are wanted @param {Listener} to */
  constructor(position, to) {
    this.position = position;
    this.#to = to;
    this.#source = new EventSource(`${base}/changes?${new URLSearchParams({ last_event_id: position })}`);
    this.#source.addEventListener('open', () => { this.isOpen = true; });
    for (const type of ['heartbeat', 'position', 'change', 'reset']) {
      this.#source.addEventListener(type, (event) => this.#take(type, /** @type {MessageEvent} */ (event)));
    }

    this.#source.addEventListener('error', () => {
      this.close();
      to.end();
    });
  }

  close() {
    this.#source.close();
  }

  /** @param {string} type @param {MessageEvent} frame */
  #take(type, { lastEventId, data }) {
    this.#to.hear();
    const content = parse(data);
    if (type === 'heartbeat') this.#report(content ?? {});
    else if (type === 'reset' || !content || !this.#follows(type, lastEventId)) this.#to.lose();
    else {
      this.position = lastEventId;
      if (type === 'change') this.#to.change(content);
    }
  }

  /** The first frame about the position only confirms it. @param {string} type @param {string} id */
  #follows(type, id) {
    const step = numberOf(id) - numberOf(this.position);
    return step === 1 || (step === 0 && type === 'position');
  }

  /** @param {Report} report */
  #report(report) {
    if (Object.keys(report).length === 0) return;
    // What one report speaks of has come before the next one.
    const isBehind = numberOf(this.#reported) > numberOf(this.position);
    this.#reported = report.position ?? '';
    if (isBehind) this.#to.lose();
    else this.#to.report(report);
  }
}

/** @param {string} data */
function parse(data) {
  try {
    const content = JSON.parse(data);
    return typeof content === 'object' ? content : null;
  } catch {
    return null;
  }
}
