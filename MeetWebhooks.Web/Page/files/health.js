// @ts-check
// Whether the page is up to date, in words.
import { ApiError, SignedOutError } from './api.js';
import { formatMoment } from './format.js';

/** For how long a lost connection is no more than that. */
const PATIENCE = 10_000;
const MINUTE = 60_000;

/** What the server's sources are called, that which explains most first. */
const SOURCES = /** @type {const} */ ([['redis', 'Redis'], ['api', 'the Api'], ['meet', 'OpenVidu Meet']]);

/** @typedef {import('./freshness.js').Freshness} Freshness */
/** @typedef {{who: string, since: number, reason?: string}} Cause why the page may be behind; since may be no number */
/**
 * @typedef {{state: 'connecting' | 'current' | 'reconnecting' | 'stale' | 'signed-out', label: string, sentence?: string,
 *   action?: 'Try now' | 'Sign in again', note: string}} Health the label is for the header, the sentence and what can be
 *   done for the banner, and the note is of what does not make the page wrong
 */

/**
 * @param {{freshness: Freshness, problem: Error | null}} connection
 * @param {boolean} isLoaded whether the page shows anything
 * @returns {Health}
 */
export function healthOf({ freshness, problem }, isLoaded) {
  const note = refused(freshness.report?.refusedWebhooks);
  if (problem instanceof SignedOutError) {
    return { state: 'signed-out', label: 'Signed out', sentence: problem.message, action: 'Sign in again', note };
  }

  const causes = isLoaded ? causesOf(freshness) : [];
  if (causes.length > 0) return stale(causes, problem, note);
  if (freshness.lostFor === null) return { state: 'current', label: 'Up to date', note };
  return isLoaded && freshness.report
    ? { state: 'reconnecting', label: 'Reconnecting…', note }
    : { state: 'connecting', label: 'Connecting…', note };
}

/** What explains most comes first. @param {Freshness} freshness @returns {Cause[]} */
function causesOf({ lostFor, heardAt, report, reportedAt }) {
  // A clock here that is wrong shows its own time; what is less than a minute is the way that a report takes.
  const ahead = report?.time ? Math.round((reportedAt - report.time) / MINUTE) * MINUTE : 0;
  const down = SOURCES.map(([key, who]) => ({ who, source: report?.sources?.[key] }))
    .filter(({ source }) => source?.isReachable === false)
    .map(({ who, source }) => ({ who, since: Number(source.since ?? NaN) + ahead, reason: source.reason }));
  return lostFor !== null && lostFor > PATIENCE ? [{ who: 'the server', since: heardAt }, ...down] : down;
}

/** @param {Cause[]} causes @param {Error | null} problem @param {string} note @returns {Health} */
function stale(causes, problem, note) {
  const [{ who, reason, since }] = causes;
  const earliest = Math.min(...causes.map((cause) => cause.since).filter(Number.isFinite));
  const label = `Not up to date${sinceWhen(earliest)}`;
  const action = who === 'the server' ? 'Try now' : undefined;
  const sentence = who === 'OpenVidu Meet' ? `${who} has not answered${sinceWhen(since)}; changes may be missing.`
    // An answer that is an error says more than that there is none.
    : action && problem instanceof ApiError && problem.status ? `${label}. ${problem.message}`
    : `${label}: ${who} does not answer.`;
  return { state: 'stale', label, sentence: reason ? `${sentence} ${reason}` : sentence, action, note };
}

/** @param {number} time */
function sinceWhen(time) {
  const moment = formatMoment(time);
  return moment && ` since ${moment}`;
}

/** @param {any} webhooks */
function refused(webhooks) {
  if (!webhooks?.count) return '';
  const { count, reason } = webhooks;
  return `OpenVidu Meet’s webhooks are refused (${count} since the last accepted one)${reason ? `: ${reason}` : '.'}`;
}
