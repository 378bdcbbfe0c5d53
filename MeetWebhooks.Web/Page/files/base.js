// @ts-check
// Under which path of its host the page is.

/** For example `/status`; empty at the root. This module's address is `{base}/{version}/base.js`. */
export const base = new URL('..', import.meta.url).pathname.slice(0, -1);
