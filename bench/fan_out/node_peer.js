// The Node peer: a broadcast as the `ws` documentation shows it, or (`batch`) with what is due in one frame.
//   node node_peer.js PORT plain|batch, with `ws` found by NODE_PATH.
'use strict';

const { WebSocketServer, WebSocket } = require('ws');

const [port, mode] = process.argv.slice(2);
const server = new WebSocketServer({ port: Number(port), host: '127.0.0.1', backlog: 1024 });

function broadcast(text) {
  for (const client of server.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(text);
  }
}

// Everything that was read in one turn of the event loop goes out in one frame, encoded once.
let due = [];
function flush() {
  const frame = Buffer.from(due.length === 1 ? due[0] : `[${due.join(',')}]`);
  due = [];
  for (const client of server.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(frame, { binary: false });
  }
}
function batch(text) {
  if (due.push(text) === 1) setImmediate(flush);
}

const tell = mode === 'batch' ? batch : broadcast;
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { message } = JSON.parse(data);
    tell(JSON.stringify({ message }));
  });
  socket.on('error', () => {});
});
