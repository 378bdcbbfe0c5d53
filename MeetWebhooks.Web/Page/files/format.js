// @ts-check
// Dates, durations and sizes in the reader's language. What is none of them is nothing.

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const whole = new Intl.NumberFormat();

const isNumber = (/** @type {unknown} */ value) => typeof value === 'number' && Number.isFinite(value);
const isDate = (/** @type {unknown} */ value) =>
  isNumber(value) && !Number.isNaN(new Date(/** @type {number} */ (value)).getTime());

/** @param {number | undefined} milliseconds since 1970 */
export const formatDate = (milliseconds) => (isDate(milliseconds) ? dateTime.format(milliseconds) : '');

/** @param {number | undefined} milliseconds since 1970 */
export const formatTime = (milliseconds) => (isDate(milliseconds) ? time.format(milliseconds) : '');

/** The time of day, with the date where it is not today's. @param {number | undefined} milliseconds since 1970 */
export function formatMoment(milliseconds) {
  if (!isDate(milliseconds)) return '';
  const isToday = new Date(/** @type {number} */ (milliseconds)).toDateString() === new Date().toDateString();
  return (isToday ? clock : dateTime).format(milliseconds);
}

/** @param {number | undefined} seconds */
export function formatDuration(seconds) {
  if (!isNumber(seconds)) return '';
  const all = Math.round(/** @type {number} */ (seconds));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const rest = String(all % 60).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** @param {number | undefined} bytes */
export function formatSize(bytes) {
  if (!isNumber(bytes)) return '';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let size = /** @type {number} */ (bytes);
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(
    undefined, { style: 'unit', unit: units[unit], unitDisplay: 'short', maximumFractionDigits: 1 }).format(size);
}

/** @param {number} count @param {string} one @param {string} many */
export const formatCount = (count, one, many) => `${whole.format(count)} ${count === 1 ? one : many}`;
