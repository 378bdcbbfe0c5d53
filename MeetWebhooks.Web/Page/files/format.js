// @ts-check
// Dates, durations and sizes in the reader's language.

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** @param {number | undefined} milliseconds since 1970 */
export const formatDate = (milliseconds) => (Number.isFinite(milliseconds) ? dateTime.format(milliseconds) : '');

/** @param {number} milliseconds since 1970 */
export const formatTime = (milliseconds) => time.format(milliseconds);

/** @param {number | undefined} seconds */
export function formatDuration(seconds) {
  if (!Number.isFinite(seconds)) return '';
  const whole = Math.round(/** @type {number} */ (seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, minutes, rest] = parts.map((part) => String(part).padStart(2, '0'));
  return parts[0] ? `${parts[0]}:${minutes}:${rest}` : `${Number(minutes)}:${rest}`;
}

/** @param {number | undefined} bytes */
export function formatSize(bytes) {
  if (!Number.isFinite(bytes)) return '';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let size = /** @type {number} */ (bytes);
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(undefined, { style: 'unit', unit: units[unit], unitDisplay: 'short', maximumFractionDigits: 1 }).format(size);
}

/** @param {number} count @param {string} one @param {string} many */
export const formatCount = (count, one, many) => `${new Intl.NumberFormat().format(count)} ${count === 1 ? one : many}`;
