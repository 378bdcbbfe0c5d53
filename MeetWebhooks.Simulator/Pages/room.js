// The simulated meeting: a lobby, who is there, and what a moderator can do.
const roomId = decodeURIComponent(location.pathname.split('/')[2]);
const parameters = new URLSearchParams(location.search);
const secret = parameters.get('secret') ?? '';
const room = `/simulation/rooms/${encodeURIComponent(roomId)}`;
const parent = window.parent === window ? null : window.parent;
const parentOrigin = document.referrer ? new URL(document.referrer).origin : '*';
const element = (id) => document.getElementById(id);

const REASONS = {
  voluntary_leave: 'You left of your own accord.',
  meeting_ended: 'The moderator ended the meeting.',
  meeting_ended_by_self: 'You ended the meeting.',
  participant_kicked: 'You were sent away.',
  network_disconnect: 'The connection was lost.',
};

const PATIENCE = 15_000;

let identity = null;
let endedBySelf = false;
let isRecording = false;
let drawn = '';

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  const json = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(json.message);
  return json;
}

const look = (who) =>
  call('GET', `${room}/participants/${encodeURIComponent(who)}?secret=${encodeURIComponent(secret)}`);

function tell(event, payload = {}) {
  parent?.postMessage({ from: 'openvidu-meet', event, payload }, parentOrigin);
}

function show(...ids) {
  for (const section of document.querySelectorAll('main > section')) section.hidden = !ids.includes(section.id);
  element(ids[0]).querySelector('input, button:not([hidden])')?.focus({ preventScroll: true });
}

function fail(error) {
  element('problem-text').textContent = error.message;
  show('problem');
}

function left(reason) {
  tell('left', { roomId, participantIdentity: identity, reason });
  identity = null;
  element('reason').textContent = REASONS[reason];
  show('after');
}

function line(text, ...buttons) {
  const item = document.createElement('li');
  const label = document.createElement('span');
  label.className = 'grow';
  label.textContent = text;
  item.append(label, ...buttons);
  return item;
}

function close() {
  tell('closed');
  // Opened by itself, there is no application to go back to.
  if (!parent) location.href = '/';
}

function draw(view) {
  const now = JSON.stringify(view);
  // What stays as it is keeps its focus.
  if (now === drawn) return;
  drawn = now;
  element('people').replaceChildren(...view.participants.map((one) => {
    const tile = document.createElement('li');
    tile.textContent = one.identity === identity ? `${one.name} (you)` : one.name;
    if (one.isModerator) tile.append(document.createElement('br'), 'moderator');
    return tile;
  }));
  isRecording = view.recordings.some((one) => ['starting', 'active'].includes(one.status));
  element('recording-now').hidden = !isRecording;
  element('end').hidden = !view.isModerator;
  element('record').hidden = !view.canRecord;
  element('record').textContent = isRecording ? 'Stop recording' : 'Start recording';
  element('record').disabled = view.recordings.some((one) => one.status === 'ending');
  element('recordings').replaceChildren(...view.recordings.map((one) => {
    const text = `${new Date(one.startDate).toLocaleString()} · ${one.status}`;
    if (!one.url) return line(text);
    const play = document.createElement('a');
    play.className = 'button';
    play.target = '_blank';
    play.rel = 'noopener';
    play.href = new URL(one.url).pathname + new URL(one.url).search;
    play.textContent = 'Play';
    return line(text, play);
  }));
  if (!view.recordings.length) element('recordings').append(line('None yet.'));
}

async function poll() {
  let lastSeen = Date.now();
  while (identity) {
    try {
      const view = await look(identity);
      if (!identity) return;
      if (!view.participants.some((one) => one.identity === identity)) {
        left(view.status === 'active_meeting' ? 'participant_kicked' : endedBySelf ? 'meeting_ended_by_self' : 'meeting_ended');
        return;
      }
      draw(view);
      lastSeen = Date.now();
    } catch (error) {
      if (!identity) return;
      if (error instanceof TypeError) {
        // The simulator does not answer: it may come back before it takes this participant for gone.
        if (Date.now() - lastSeen > PATIENCE) return left('network_disconnect');
      } else {
        // The room is gone, and the meeting with it.
        return left(endedBySelf ? 'meeting_ended_by_self' : 'meeting_ended');
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}

async function join(name) {
  try {
    const joined = await call('POST', `${room}/participants?secret=${encodeURIComponent(secret)}`, { name });
    identity = joined.participantIdentity;
    endedBySelf = false;
    tell('joined', { roomId, participantIdentity: identity });
    show('meeting', 'recorded');
    poll();
  } catch (error) {
    fail(error);
  }
}

async function leave() {
  if (!identity) return;
  const who = identity;
  left('voluntary_leave');
  await call('DELETE', `${room}/participants/${encodeURIComponent(who)}`);
}

async function endMeeting() {
  if (!identity || element('end').hidden) return;
  endedBySelf = true;
  await call('DELETE', `${room}/meeting`).catch(fail);
}

element('lobby').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  join(element('name').value);
});
for (const id of ['back', 'close', 'problem-close']) element(id).addEventListener('click', close);
element('leave').addEventListener('click', leave);
element('end').addEventListener('click', endMeeting);
element('record').addEventListener('click', async () => {
  element('record').disabled = true;
  await call(isRecording ? 'DELETE' : 'POST', `${room}/recording`).catch(() => {
    // Somebody else was faster: what is shown next is right again.
    drawn = '';
  });
});
window.addEventListener('pagehide', () => {
  if (identity) fetch(`${room}/participants/${encodeURIComponent(identity)}`, { method: 'DELETE', keepalive: true });
});
window.addEventListener('message', ({ source, data }) => {
  if (source !== parent || data?.to !== 'openvidu-meet') return;
  if (data.command === 'leaveRoom') leave();
  if (data.command === 'endMeeting') endMeeting();
  if (data.command === 'kickParticipant' && identity && !element('end').hidden) {
    call('DELETE', `${room}/participants/${encodeURIComponent(data.payload.participantIdentity)}`);
  }
});

try {
  const view = await look('nobody');
  for (const heading of document.querySelectorAll('.room-name')) heading.textContent = view.roomName || roomId;
  document.title = `${view.roomName} (simulation)`;
  element('name').value = parameters.get('participant-name') ?? '';
  if (parameters.get('show-only-recordings') === 'true') {
    draw(view);
    show('recorded');
  } else if (view.status === 'closed') fail(new Error('The room is closed.'));
  else show('lobby');
  tell('ready');
} catch (error) {
  fail(error);
}
