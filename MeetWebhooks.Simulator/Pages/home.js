// The simulator's own page: lists the rooms and lets things happen in them.
const said = document.getElementById('said');

async function call(method, path) {
  const answer = await fetch(path, { method });
  const json = answer.status === 204 ? {} : await answer.json();
  said.textContent = json.message ?? '';
  await draw();
}

function button(text, method, path) {
  const one = document.createElement('button');
  one.textContent = text;
  one.addEventListener('click', () => call(method, path));
  return one;
}

function row(room) {
  const path = `/simulation/rooms/${encodeURIComponent(room.roomId)}`;
  const item = document.createElement('li');
  const name = document.createElement('span');
  name.className = 'grow';
  name.textContent = `${room.roomName || room.roomId} · ${room.status} · ${room.participants} here`;
  item.append(name);
  if (room.status === 'open') item.append(button('Start meeting', 'POST', `${path}/meeting`));
  if (room.status === 'active_meeting') {
    item.append(
      room.isRecording
        ? button('Stop recording', 'DELETE', `${path}/recording`)
        : button('Start recording', 'POST', `${path}/recording`),
      button('End meeting', 'DELETE', `${path}/meeting`));
  }
  return item;
}

async function draw() {
  const { rooms, webhookUrl } = await (await fetch('/simulation')).json();
  document.getElementById('webhook').textContent = webhookUrl;
  const list = document.getElementById('rooms');
  list.replaceChildren(...rooms.map(row));
  if (!rooms.length) list.textContent = 'None yet: create one in the application.';
}

document.getElementById('test').addEventListener('click', () => call('POST', '/simulation/webhooks/test'));
draw();
