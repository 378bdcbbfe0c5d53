// The simulated <openvidu-meet>: the attributes, methods and events of OpenVidu Meet 3.4.0's web component. Like the real
// one it shows an iframe, and loads it anew whenever one of its attributes changes.
(() => {
  const EVENTS = ['joined', 'left', 'closed'];
  const LOAD_TIMEOUT = 10_000;
  // A sheet of its own, as the page's policy may refuse inline styles.
  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(`
    :host { display: block; width: 100%; height: 100% }
    iframe { display: block; width: 100%; height: 100%; border: 0 }`);

  class OpenViduMeet extends HTMLElement {
    #listeners = new Map(EVENTS.map((name) => [name, new Set()]));
    #frame = null;
    #origin = '';
    #timer = 0;
    #observer = new MutationObserver(() => this.#load());

    connectedCallback() {
      this.#load();
      this.#observer.observe(this, { attributes: true });
      window.addEventListener('message', this.#onMessage);
    }

    disconnectedCallback() {
      this.#observer.disconnect();
      window.removeEventListener('message', this.#onMessage);
      clearTimeout(this.#timer);
    }

    endMeeting() {
      this.#command('endMeeting');
    }

    leaveRoom() {
      this.#command('leaveRoom');
    }

    kickParticipant(participantIdentity) {
      this.#command('kickParticipant', { participantIdentity });
    }

    on(name, callback) {
      if (this.#listeners.has(name)) this.#listeners.get(name).add(callback);
      else console.warn(`<openvidu-meet> has no event '${name}': it has ${EVENTS.join(', ')}.`);
      return this;
    }

    once(name, callback) {
      const once = (payload) => {
        this.off(name, once);
        callback(payload);
      };
      return this.on(name, once);
    }

    off(name, callback) {
      if (callback) this.#listeners.get(name)?.delete(callback);
      else this.#listeners.get(name)?.clear();
      return this;
    }

    #load() {
      const address = this.getAttribute('room-url') ?? this.getAttribute('recording-url');
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [SHEET];
      clearTimeout(this.#timer);
      if (!URL.canParse(address)) {
        this.#say(root, 'The attribute room-url or recording-url is required, as an absolute address.');
        return;
      }

      const url = new URL(address);
      for (const { name, value } of this.attributes) {
        if (name !== 'room-url' && name !== 'recording-url') url.searchParams.set(name, value);
      }

      this.#origin = url.origin;
      const frame = document.createElement('iframe');
      frame.title = 'OpenVidu Meet (simulation)';
      frame.allow = 'camera; microphone; display-capture; fullscreen; autoplay';
      frame.addEventListener('load', () => clearTimeout(this.#timer));
      frame.src = url.href;
      this.#frame = frame;
      root.replaceChildren(frame);
      this.#timer = setTimeout(() => this.#say(root, 'OpenVidu Meet did not load.'), LOAD_TIMEOUT);
    }

    #say(root, text) {
      const message = document.createElement('p');
      message.textContent = text;
      root.replaceChildren(message);
    }

    #command(command, payload = {}) {
      this.#frame?.contentWindow?.postMessage({ to: 'openvidu-meet', command, payload }, this.#origin);
    }

    #onMessage = ({ origin, source, data }) => {
      if (origin !== this.#origin || source !== this.#frame?.contentWindow || data?.from !== 'openvidu-meet') return;
      const { event, payload } = data;
      if (!this.#listeners.has(event)) return;
      this.dispatchEvent(new CustomEvent(event, { detail: payload, bubbles: true, composed: true }));
      for (const callback of [...this.#listeners.get(event)]) callback(payload);
      const leaveTo = this.getAttribute('leave-redirect-url');
      if (event === 'closed' && leaveTo && URL.canParse(leaveTo, location.origin)) {
        const target = new URL(leaveTo, location.origin);
        if (/^https?:$/.test(target.protocol)) window.top.location.href = target.href;
      }
    };
  }

  if (!customElements.get('openvidu-meet')) customElements.define('openvidu-meet', OpenViduMeet);
})();
