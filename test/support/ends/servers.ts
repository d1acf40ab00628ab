/** Servers that do not answer as one should. */
import { createServer, type Socket } from "node:net";

type Way = (socket: Socket) => void;

const CHUNKED = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

/** Writes a piece over and over, until the other side has enough of it. */
const repeat =
  (piece: string, milliseconds: number): Way =>
  (socket) => {
    const timer = setInterval(() => socket.write(piece), milliseconds);
    socket.on("close", () => clearInterval(timer));
  };

/** What a server does with a connection once a request has come. */
export const WAYS: Readonly<Record<string, Way>> = {
  "101, to another protocol": (socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
  "101, to none": (socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
  "101, and a closed connection": (socket) =>
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
  "a closed connection": (socket) => socket.end(),
  "a reset connection": (socket) => socket.resetAndDestroy(),
  silence: () => {},
  "100 Continue without end": repeat("HTTP/1.1 100 Continue\r\n\r\n", 20),
  "no HTTP": (socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"),
  "headers without end": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    repeat("x: y\r\n", 20)(socket);
  },
  "an answer that is cut off": (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":'),
  "an answer that stops": (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a":'),
  "an answer without end": (socket) => {
    socket.write(CHUNKED);
    repeat("1\r\n \r\n", 20)(socket);
  },
  "an answer that is too long": (socket) => {
    socket.write(CHUNKED);
    const piece = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    const more = () => {
      while (socket.write(piece));
    };
    socket.on("drain", more);
    more();
  },
};

/** Starts a server that does one thing with each connection; returns its port. */
export async function serve(way: Way): Promise<{ port: number; requests: () => number; stop(): void }> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    socket.once("data", () => {
      requests++;
      way(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    requests: () => requests,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
