// Opens a stream by a library from npm, and prints each event that the library hands on as a line of JSON.
// Usage: node client.mjs LIBRARY URL
const [library, url] = process.argv.slice(2);

const print = (type, data) => console.log(JSON.stringify({ type: type || 'message', data }));

const listenTo = (source) => {
  source.onmessage = ({ data }) => print('message', data);
  for (const type of ['position', 'reset']) source.addEventListener(type, ({ data }) => print(type, data));
};

const libraries = {
  'eventsource': ({ EventSource }) => listenTo(new EventSource(url)),
  'event-source-polyfill': ({ default: { EventSourcePolyfill } }) => listenTo(new EventSourcePolyfill(url)),
  'eventsource-client': ({ createEventSource }) =>
    createEventSource({ url, onMessage: ({ event, data }) => print(event, data) }),
  '@microsoft/fetch-event-source': ({ fetchEventSource }) => {
    // It is written for browsers.
    globalThis.window = globalThis;
    globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
    return fetchEventSource(url, { onmessage: ({ event, data }) => print(event, data) });
  },
};

await libraries[library](await import(library));
