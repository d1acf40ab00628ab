/**
 * A relay to the AWS provider that describes to Terraform only the types that a stack has.
 *
 * The provider's answer to `GetSchema` describes more than 2,000 resources and data sources. Making, sending and decoding it
 * is nine tenths of the work of a small plan, in every run of Terraform. The first relay asks for it; all keep the answer, and
 * pass on those parts of it, as they are, whose type stands in the stack's folder. All other calls go through unread. A type
 * that is left out makes Terraform fail: it cannot make it do something else.
 */
import { readdirSync, readFileSync } from "node:fs";
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  createServer,
  type ServerHttp2Stream,
} from "node:http2";
import { connect } from "node:net";

/** In version 5 of Terraform's plugin protocol, which the AWS provider speaks. */
const GET_SCHEMA = "/tfplugin5.Provider/GetSchema";

/** Fields of that call's answer: maps, from the name of a type to its schema. */
const MAPS_OF_TYPES = [2, 3, 8];

const HEADER = { ":status": 200, "content-type": "application/grpc" };

/** A message of gRPC is framed by a byte that says whether it is compressed, and four with its length. */
const FRAME = 5;

export interface Relay {
  readonly socket: string;
  close(): void;
}

/** Keeps the whole answer for all relays; asks for it where it has none. */
export type SchemaStore = (ask: () => Promise<Buffer>) => Promise<Buffer>;

/**
 * @param provider the socket of the provider
 * @param folder of the stack: its configuration and its state name the types
 */
export async function relay(
  provider: string,
  socket: string,
  folder: string,
  store: SchemaStore,
): Promise<Relay> {
  const upstream = connectHttp2("http://provider", { createConnection: () => connect(provider) });
  // A provider that was told to end drops its connection.
  upstream.on("error", () => {});
  let schema: Promise<Buffer> | undefined;
  const server = createServer().on("stream", (stream, headers) => {
    stream.on("error", () => {});
    if (headers[":path"] === GET_SCHEMA) {
      schema ??= store(() => askForSchema(upstream));
      schema.then(
        (message) => answer(stream, shortened(message, typesIn(folder))),
        () => stream.close(),
      );
      return;
    }
    const request = upstream.request(headers);
    request.on("error", () => stream.close());
    request.on("response", (response, flags) => {
      const endStream = (flags & 1) === 1;
      if (!stream.destroyed) stream.respond(response, { endStream, waitForTrailers: !endStream });
    });
    let trailers = {};
    request.on("trailers", (sent) => (trailers = sent));
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.on("close", () => request.close());
    stream.pipe(request).pipe(stream);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const close = () => {
    upstream.destroy();
    server.close();
  };
  return { socket, close };
}

function askForSchema(upstream: ClientHttp2Session): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ":method": "POST",
      ":path": GET_SCHEMA,
      "content-type": "application/grpc",
      te: "trailers",
    };
    const request = upstream.request(headers).on("error", reject);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => resolve(Buffer.concat(parts).subarray(FRAME)));
    request.end(Buffer.alloc(FRAME));
  });
}

function answer(stream: ServerHttp2Stream, message: Buffer): void {
  if (stream.destroyed) return;
  stream.respond(HEADER, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  const frame = Buffer.alloc(FRAME);
  frame.writeUInt32BE(message.length, 1);
  stream.write(frame);
  stream.end(message);
}

/** All names of types in the files that Terraform reads. */
function typesIn(folder: string): Set<string> {
  const files = readdirSync(folder).filter((name) => /\.(tf|tf\.json|tfstate)$/.test(name));
  const text = files.map((name) => readFileSync(`${folder}/${name}`, "utf8")).join("\n");
  return new Set(text.match(/\baws_\w+/g));
}

/** The message without the entries for other types. */
function shortened(message: Buffer, types: Set<string>): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at);
    const length = varint(message, tag.end);
    const end = length.end + length.value;
    // The field 1 of an entry is its key.
    const name = varint(message, length.end + 1);
    const isOther = () => !types.has(message.toString("utf8", name.end, name.end + name.value));
    if (!(MAPS_OF_TYPES.includes(tag.value >> 3) && isOther())) kept.push(message.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

/** A number as Protocol Buffers write it. */
function varint(message: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let shift = 0, end = at; ; shift += 7) {
    const byte = message[end++] ?? 0;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, end };
  }
}
