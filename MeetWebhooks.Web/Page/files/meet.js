// @ts-check
// Where OpenVidu Meet is, as browsers reach it, and its web component.

const LOAD_TIMEOUT = 15_000;

const base = new URL(/** @type {HTMLMetaElement} */ (document.querySelector('meta[name=meet-url]')).content);
const basePath = base.pathname.replace(/\/$/, '');

/**
 * A link of OpenVidu Meet's, led to where browsers reach it: links carry the host of whoever asked last.
 * @param {string | undefined} link
 */
export function reachable(link) {
  if (!link || !URL.canParse(link, base.href)) return undefined;
  const { pathname, search } = new URL(link, base.href);
  const path = basePath && !pathname.startsWith(`${basePath}/`) ? basePath + pathname : pathname;
  return base.origin + path + search;
}

/** @type {Promise<void> | undefined} */
let loading;

/** Loads the web component, once. */
export function loadComponent() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const fail = () => {
      loading = undefined;
      script.remove();
      reject(new Error(
        `OpenVidu Meet’s component could not be loaded from ${base.href}. Check that OpenVidu Meet runs, that this address `
        + 'is the right one (Meet:PublicUrl), and that this page is opened under the same site, for example both on localhost.'));
    };
    script.src = `${base.href.replace(/\/$/, '')}/v1/openvidu-meet.js`;
    script.addEventListener('error', fail);
    document.head.append(script);
    const timer = setTimeout(fail, LOAD_TIMEOUT);
    customElements.whenDefined('openvidu-meet').then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  return loading;
}

/**
 * A new element for each room: it must not be changed or moved once it stands in the page.
 * @param {Record<string, string>} attributes
 * @returns {HTMLElement & {endMeeting: () => void, meetingEnd?: () => void}}
 */
export function createElement(attributes) {
  const element = /** @type {ReturnType<typeof createElement>} */ (document.createElement('openvidu-meet'));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
