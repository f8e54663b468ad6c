import assert from "node:assert/strict";
import { test } from "node:test";
import { lacksOutsideData, ukCore, ukCoreFiles } from "#test/outside-data.ts";
import { decodeXml } from "./decode.ts";
import { XML_LIMITS, attributeNamed, elementsOf, parseXml, textOf, type XmlElement, type XmlLimits } from "./parse.ts";

const root = (text: string, limits?: Partial<XmlLimits>): XmlElement => {
  const parsed = parseXml(text, { ...XML_LIMITS, ...limits });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.root;
};
const fault = (text: string, limits?: Partial<XmlLimits>): string => {
  const parsed = parseXml(text, { ...XML_LIMITS, ...limits });
  assert.ok(!parsed.ok, "was read");
  return `${parsed.line}:${parsed.column} ${parsed.why}`;
};

test("elements, attributes, text and namespaces come out as they were written", () => {
  const a = root('<?xml version="1.0"?>\n<a xmlns="urn:x" xmlns:p="urn:y" b="1 &amp; 2" p:c="&#x41;">t<p:d/>u<![CDATA[<v>]]><!-- gone -->w</a>\n');
  assert.deepEqual([a.name, a.namespace, a.line, a.column], ["a", "urn:x", 2, 1]);
  assert.equal(attributeNamed(a, "b"), "1 & 2");
  assert.deepEqual(a.attributes.at(-1), { prefix: "p", name: "c", namespace: "urn:y", value: "A" });
  assert.deepEqual(a.children.map((each) => (typeof each === "string" ? each : `${each.namespace} ${each.name}`)), ["t", "urn:y d", "u<v>w"]);
  assert.equal(textOf(a), "tu<v>w");
});

test("an element can be cut out of the text to the letter, and says where it begins", () => {
  const text = '<a>\r\n  <b\n c="1"\n>\u{1F600} é<c/></b ></a>';
  const [b] = elementsOf(root(text));
  assert.equal(text.slice(b!.start, b!.end), '<b\n c="1"\n>\u{1F600} é<c/></b >');
  assert.deepEqual([b!.line, b!.column], [2, 3]);
  const [c] = elementsOf(b!);
  assert.deepEqual([text.slice(c!.start, c!.end), c!.line], ["<c/>", 4]);
});

test("DOCTYPE, entities and processing instructions are refused with line and column, before anything is expanded", () => {
  const lol = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>\n<a>&c;</a>';
  assert.match(fault(lol), /^2:\d+ a DOCTYPE is not allowed$/);
  assert.match(fault('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), /^1:\d+ a DOCTYPE is not allowed$/);
  assert.match(fault("<a>\n&c;</a>"), /^2:\d+ undefined entity/);
  assert.match(fault("<a><?php echo 1 ?></a>"), /^1:\d+ the processing instruction "php" is not allowed$/);
  assert.match(fault('<?xml-stylesheet href="x"?><a/>'), /the processing instruction "xml-stylesheet" is not allowed/);
  assert.equal(root('<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>', { stylesheet: true }).name, "a");
  assert.match(fault('<a><?xml-stylesheet href="x"?></a>', { stylesheet: true }), /not allowed/);
});

test("too deep, too many and too long are refused where the limit is passed", () => {
  const limits = { depth: 3, elements: 5, attributes: 2, text: 10, length: 1000 };
  assert.equal(fault("<a><b><c><d/></c></b></a>", limits), "1:10 elements are more than 3 deep");
  assert.equal(fault("<a><b/><b/><b/><b/>\n<b/></a>", limits), "2:1 there are more than 5 elements");
  assert.match(fault('<a b="1" c="2" d="3"/>', limits), /^1:\d+ an element has more than 2 attributes$/);
  assert.match(fault(`<a>${"x".repeat(11)}</a>`, limits), /^1:\d+ a text is longer than 10 characters$/);
  assert.match(fault(`<a b="${"x".repeat(11)}"/>`, limits), /^1:\d+ an attribute is longer than 10 characters$/);
  assert.match(fault(`<a>${" ".repeat(1000)}</a>`, limits), /^1:1 is longer than 1000 characters$/);
  assert.equal(root("<a><b><c/></b></a>", limits).name, "a");
});

test("a hundred thousand open elements are refused, not a full stack", () => {
  assert.match(fault("<a>".repeat(100_000)), /more than 100 deep/);
});

test("what is not well formed is refused with its place", () => {
  for (const [text, place] of [["", "1:"], ["x", "1:"], ["<a>", "1:"], ["<a>\n</b>", "2:"], ["<a b='1' b='2'/>", "1:"], ["<a b=1/>", "1:"], ["<a/><b/>", "1:"], ["<a>\u0001</a>", "1:"], ["<p:a/>", "1:"], ["<a><![CDATA[</a>", "1:"], ['<a b="<"/>', "1:"]] as const) {
    assert.ok(fault(text).startsWith(place), `${JSON.stringify(text)}: ${fault(text)}`);
  }
});

test("bytes are read by mark and declaration, and those of another encoding are a fault with its place", () => {
  const text = (bytes: Buffer): string => {
    const decoded = decodeXml(bytes);
    assert.ok(decoded.ok, JSON.stringify(decoded));
    return decoded.text;
  };
  assert.equal(text(Buffer.from("<a>é</a>")), "<a>é</a>");
  assert.equal(text(Buffer.from("\ufeff<a>é</a>")), "<a>é</a>");
  assert.equal(text(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', "latin1")).slice(-8), "<a>é</a>");
  assert.equal(text(Buffer.from("\ufeff<a>é</a>", "utf16le")), "<a>é</a>");
  assert.deepEqual(decodeXml(Buffer.from("<a>\nxé</a>", "latin1")), { ok: false, line: 2, column: 2, why: "a byte that is not utf-8" });
  assert.deepEqual(decodeXml(Buffer.from('<?xml version="1.0" encoding="EBCDIC"?><a/>')), { ok: false, line: 1, column: 1, why: 'the encoding "ebcdic" is not read' });
});

test("every UK Core example is read, and each element is found at its place", { skip: lacksOutsideData }, () => {
  assert.equal(ukCoreFiles().length, 215);
  for (const name of ukCoreFiles()) {
    const decoded = decodeXml(ukCore(name));
    assert.ok(decoded.ok, name);
    const lines = decoded.text.split(/\r\n?|\n/);
    const check = (element: XmlElement): void => {
      const qualified = element.prefix ? `${element.prefix}:${element.name}` : element.name;
      assert.ok(decoded.text.startsWith(`<${qualified}`, element.start) && lines[element.line - 1]!.startsWith(`<${qualified}`, element.column - 1), `${name} ${qualified} ${element.line}:${element.column}`);
      for (const child of elementsOf(element)) check(child);
    };
    check(root(decoded.text));
  }
});
