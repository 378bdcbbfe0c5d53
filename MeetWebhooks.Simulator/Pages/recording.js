// The page of a recording's link: plays it.
const recordingId = location.pathname.split('/')[2];
const recording = `/api/v1/recordings/${recordingId}`;
const secret = new URLSearchParams(location.search).get('secret') ?? '';
const query = `?secret=${encodeURIComponent(secret)}`;

const answer = await fetch(recording + query);
const json = await answer.json();
if (answer.ok && json.status === 'complete') {
  document.getElementById('name').textContent = json.roomName;
  document.title = `${json.roomName} (simulated recording)`;
  const video = document.getElementById('video');
  video.src = `${recording}/media${query}`;
  video.hidden = false;
} else {
  const problem = document.getElementById('problem');
  problem.textContent = answer.ok
    ? `This recording can't be watched: it is ${json.status}.`
    : 'The link is wrong, or the recording was deleted.';
  problem.hidden = false;
}
