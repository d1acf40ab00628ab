import { DerError, dotted, readAll, readElement, readOnly } from "../../keys/der";

const bytes = (hex: string, zeros = 0) =>
  Buffer.concat([Buffer.from(hex.replaceAll(" ", ""), "hex"), Buffer.alloc(zeros)]);
const thrown = (act: () => unknown): DerError => {
  try {
    act();
  } catch (error) {
    if (error instanceof DerError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

test.each<[string, number, string, number, number]>([
  ["nothing in it", 0x05, "05 00", 0, 2],
  ["one byte", 0x02, "02 01 ff", 0, 3],
  ["127 bytes", 0x04, "04 7f", 127, 129],
  ["128 bytes", 0x04, "04 81 80", 128, 131],
  ["255 bytes", 0x04, "04 81 ff", 255, 258],
  ["256 bytes", 0x04, "04 82 01 00", 256, 260],
  ["65,535 bytes", 0x04, "04 82 ff ff", 65_535, 65_539],
  ["65,536 bytes", 0x30, "30 83 01 00 00", 65_536, 65_541],
  ["a tag of a context", 0xa0, "a0 00", 0, 2],
  ["tag 30, the last that is one byte", 0xbe, "be 00", 0, 2],
])("an element with %s", (_, tag, head, zeros, whole) => {
  for (const after of ["", "30"]) {
    const input = Buffer.concat([bytes(head, zeros), bytes(after)]);
    const element = readElement(input);
    expect([element.tag, element.whole.length]).toEqual([tag, whole]);
    expect(input.subarray(whole - element.content.length, whole).equals(element.content)).toBe(true);
    expect(element.content.length).toBe(zeros || whole - 2);
    expect(element.whole.byteOffset).toBe(input.byteOffset);
    expect(element.content.buffer).toBe(input.buffer);
  }
});

test.each<[string, string, number]>([
  ["nothing", "", 0],
  ["a tag", "30", 0],
  ["a tag and no first byte of the length", "30 82", 0],
  ["a tag and half a length", "30 82 01", 0],
  ["a byte less than it says", "04 03 01 02", 0],
  ["nothing of what it says", "04 01", 0],
  ["a byte less than it says, of many", "04 82 01 00", 255],
])("%s is the beginning of one", (_, head, zeros) => {
  const error = thrown(() => readElement(bytes(head, zeros)));
  expect([error.truncated, error.message]).toEqual([true, "DER ends early"]);
});

test.each<[string, string, number]>([
  ["a tag of several bytes", "1f 01 00", 0],
  ["one of a context", "bf 01 00", 0],
  ["an indefinite length", "30 80 00 00", 0],
  ["a length of four bytes", "30 84 01 00 00 00", 10],
  ["a length of four bytes that is cut off", "30 84", 0],
  ["127 in two bytes", "04 81 7f", 127],
  ["128 in three bytes", "04 82 00 80", 128],
  ["255 in three bytes", "04 82 00 ff", 255],
  ["65,535 in four bytes", "04 83 00 ff ff", 65_535],
])("%s is not DER", (_, head, zeros) => {
  const error = thrown(() => readElement(bytes(head, zeros)));
  expect([error.truncated, error.message]).toEqual([false, "not DER"]);
});

test("all elements of a content, and the only one", () => {
  expect(readAll(bytes(""))).toEqual([]);
  const [first, second, ...rest] = readAll(bytes("02 01 05 04 02 06 07"));
  expect([first?.tag, second?.tag, rest]).toEqual([0x02, 0x04, []]);
  expect([...(second?.content ?? [])]).toEqual([6, 7]);
  expect(thrown(() => readAll(bytes("02 01 05 04"))).truncated).toBe(true);
  expect([...readOnly(bytes("02 01 05")).content]).toEqual([5]);
  expect(thrown(() => readOnly(bytes("02 01 05 00"))).truncated).toBe(false);
  expect(thrown(() => readOnly(bytes(""))).truncated).toBe(true);
});

test.each([
  ["2a 86 48 ce 3d 03 01 07", "1.2.840.10045.3.1.7"],
  ["2b 81 04 00 0a", "1.3.132.0.10"],
  ["00", "0.0"],
  ["27", "0.39"],
  ["28", "1.0"],
  ["4f", "1.39"],
  ["50", "2.0"],
  ["88 37", "2.999"],
  ["88 37 7f", "2.999.127"],
  ["2a 81 00", "1.2.128"],
  ["2a 81 80 00", "1.2.16384"],
  ["", "0.0"],
])("the identifier %s is %s", (content, text) => {
  expect(dotted(bytes(content))).toBe(text);
});
