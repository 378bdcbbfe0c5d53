// The simulator's own page: lists the rooms and lets things happen in them.
const OUTCOMES = [['complete', 'Stop recording'], ['failed', 'Let it fail'], ['limit_reached', 'Reach its limit']];
const STATUS = { open: 'open', closed: 'closed', active_meeting: 'meeting' };
const INTERVAL = 1_500;

const element = (id) => document.getElementById(id);
let drawn = '';

async function call(method, path) {
  try {
    const answer = await fetch(path, { method });
    const json = await answer.json();
    element('said').textContent = json.message ?? '';
  } catch {
    element('said').textContent = 'The simulator does not answer.';
  }
  await draw();
}

function button(text, method, path) {
  const one = document.createElement('button');
  one.textContent = text;
  one.addEventListener('click', () => call(method, path));
  return one;
}

function buttons(room) {
  const path = `/simulation/rooms/${encodeURIComponent(room.roomId)}`;
  if (room.status === 'open') return [button('Start meeting', 'POST', `${path}/meeting`)];
  if (room.status === 'closed') return [];
  const recording = room.isRecording
    ? OUTCOMES.map(([outcome, text]) => button(text, 'DELETE', `${path}/recording?outcome=${outcome}`))
    : [button('Start recording', 'POST', `${path}/recording`)];
  return [...recording, button('End meeting', 'DELETE', `${path}/meeting`)];
}

function row(room) {
  const item = document.createElement('li');
  const name = document.createElement('span');
  name.className = 'grow';
  name.textContent = room.roomName || room.roomId;
  const status = document.createElement('span');
  status.className = 'soft';
  status.textContent = STATUS[room.status] + (room.participants ? `, ${room.participants} here` : '');
  item.append(name, status, ...buttons(room));
  return item;
}

async function draw() {
  const answer = await fetch('/simulation');
  const now = await answer.text();
  // What stays as it is keeps its focus.
  if (now === drawn) return;
  drawn = now;
  const { rooms, webhookUrl } = JSON.parse(now);
  element('webhook').textContent = webhookUrl || 'nowhere (Simulator:WebhookUrl is empty)';
  element('rooms').replaceChildren(...rooms.map(row));
  if (!rooms.length) element('rooms').textContent = 'None yet: create one in the application.';

  const example = rooms.find(({ status }) => status !== 'closed')?.roomName || 'Daily';
  const room = `${location.origin}/simulation/rooms/${encodeURIComponent(example)}`;
  element('script').textContent = [
    `curl -X POST ${room}/meeting`,
    `curl -X POST ${room}/recording`,
    `curl -X DELETE ${room}/recording?outcome=complete`,
    `curl -X DELETE ${room}/meeting`,
  ].join('\n');
}

element('test').addEventListener('click', () => call('POST', '/simulation/webhooks/test'));
for (;;) {
  await draw().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, INTERVAL));
}
