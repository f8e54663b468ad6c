import assert from "node:assert/strict";
import { test } from "node:test";
import { lacksOutsideData, ukCore, ukCoreFiles } from "#test/outside-data.ts";
import { decodeXml } from "../xml/decode.ts";
import { elementsOf, parseXml, type XmlElement } from "../xml/parse.ts";
import { parseJson } from "./json.ts";
import { readFhirXml } from "./read-xml.ts";
import type { Resource } from "./resource.ts";
import { validateResource } from "./validate.ts";
import { writeFhirXml } from "./write-xml.ts";

const read = (xml: string): Resource => {
  const result = readFhirXml(Buffer.from(xml));
  assert.ok(result.ok, JSON.stringify(result));
  return result.resource;
};
const faults = (xml: string): string[] => {
  const result = readFhirXml(Buffer.from(xml));
  return result.ok ? [] : result.faults.map((each) => `${each.line}:${each.column} ${each.expression} ${each.why}`);
};
const FHIR = 'xmlns="http://hl7.org/fhir"';

test("XML is read as the JSON that the same sender would have sent", () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<Patient ${FHIR}><!-- a comment is no data --><id value="p"/><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">\n <p>A &amp; B<br/></p></div></text>
  <contained><Organization><id value="o"/><name value="Mill &quot;Lane&quot;"/></Organization></contained>
  <extension url="https://example.org/e"><extension url="a"><valueDecimal value="1.50"/></extension></extension>
  <active value="true"/>
  <name id="n1"><family value="Green"/><given value="Ann"/><given><extension url="https://example.org/f"><valueCode value="x"/></extension></given><given id="g3" value="Marie"/></name>
  <birthDate id="b" value="1945-07-14"><extension url="https://example.org/t"><valueDateTime value="1945-07-14T10:00:00Z"/></extension></birthDate>
  <multipleBirthInteger value="2"/><managingOrganization><reference value="#o"/></managingOrganization>
</Patient>`;
  const json = `{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">\\n <p>A &amp; B<br/></p></div>"},
    "contained":[{"resourceType":"Organization","id":"o","name":"Mill \\"Lane\\""}],"extension":[{"url":"https://example.org/e","extension":[{"url":"a","valueDecimal":1.50}]}],"active":true,
    "name":[{"id":"n1","family":"Green","given":["Ann",null,"Marie"],"_given":[null,{"extension":[{"url":"https://example.org/f","valueCode":"x"}]},{"id":"g3"}]}],
    "birthDate":"1945-07-14","_birthDate":{"id":"b","extension":[{"url":"https://example.org/t","valueDateTime":"1945-07-14T10:00:00Z"}]},"multipleBirthInteger":2,"managingOrganization":{"reference":"#o"}}`;
  const resource = read(xml);
  assert.equal(JSON.stringify(resource), JSON.stringify(parseJson(json)));
  assert.deepEqual(validateResource(resource), []);
  assert.equal(JSON.stringify(read(writeFhirXml(resource))), JSON.stringify(resource));
});

test("a number keeps its text and a text its white space, there and back", () => {
  const resource = parseJson('{"resourceType":"Observation","status":"final","code":{"text":"a\\nb\\tc\\r<&>\\"d"},"valueQuantity":{"value":0.10},"component":[{"code":{"text":"x"},"valueQuantity":{"value":12345678901234567890}},{"code":{"text":"y"},"valueQuantity":{"value":1e-7}}]}') as Resource;
  assert.equal(JSON.stringify(read(writeFhirXml(resource))), JSON.stringify(resource));
});

test("a narrative that leans on a prefix from outside is written so that it stands alone", () => {
  const div = read(`<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"><f:text><f:status value="generated"/><h:div><h:p title="a">x &lt; y</h:p></h:div></f:text></f:Patient>`)["text"].div;
  assert.equal(div, '<div xmlns="http://www.w3.org/1999/xhtml"><p title="a">x &lt; y</p></div>');
});

test("what FHIR's XML cannot mean is refused with line, column and place", () => {
  assert.deepEqual(faults(`<Patient ${FHIR}>\n <nmae/></Patient>`), ["2:2 Patient.nmae is not an element of this type in FHIR R4"]);
  assert.deepEqual(faults(`<Patient ${FHIR}>\n <active value="true"/>\n <active value="false"/></Patient>`), ["3:2 Patient.active may be given once only"]);
  assert.deepEqual(faults(`<Patient ${FHIR}><active>true</active></Patient>`).map((each) => each.replace(/^\S+ /, "")), ['Patient.active a value stands in the attribute "value", not as text', "Patient.active has neither a value nor an extension"]);
  assert.match(faults(`<Patient ${FHIR}>words</Patient>`)[0]!, /Patient text stands between the elements/);
  assert.match(faults(`<Patient ${FHIR}><name><given valeu="x"/></name></Patient>`)[0]!, /Patient\.name\[0\]\.given the attribute "valeu" does not belong here/);
  assert.match(faults("<Patient/>")[0]!, /not in the namespace/);
  assert.match(faults(`<Patinet ${FHIR}/>`)[0]!, /not a FHIR R4 resource/);
  assert.match(faults(`<Patient ${FHIR}><contained><Organization/><Organization/></contained></Patient>`)[0]!, /Patient\.contained\[0\] must hold one resource/);
  assert.match(faults(`<!DOCTYPE Patient><Patient ${FHIR}/>`)[0]!, /^1:\d+ \$this a DOCTYPE is not allowed/);
});

test("a value that is not of its type stays as it was written, so that validation names it", () => {
  for (const [element, expression] of [['<active value="yes"/>', "Patient.active"], ['<multipleBirthInteger value="2.0"/>', "Patient.multipleBirthInteger"], ['<birthDate value="1.2.1945"/>', "Patient.birthDate"]] as const) {
    assert.equal(validateResource(read(`<Patient ${FHIR}>${element}</Patient>`))[0]?.expression, expression);
  }
});

/** Everything that is data in FHIR XML. Elements of different names may stand in any order for us: which goes first says nothing. */
function dataOf(element: XmlElement, text: string, inOrder: boolean): unknown {
  if (element.name === "div") return text.slice(element.start, element.end);
  const attributes = element.attributes.filter((each) => each.name !== "xmlns" && each.prefix !== "xmlns" && each.prefix !== "xsi").map((each) => `${each.name}=${each.value}`).sort();
  const inside = inOrder ? elementsOf(element) : elementsOf(element).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return [element.name, attributes, inside.map((child) => dataOf(child, text, inOrder))];
}

/** Their senders did not keep to the order of the elements that FHIR's schema asks for. */
const OUT_OF_ORDER = ["Extension-UKCore-CodingSCT-IllicitDrugs-Example.xml", "UKCore-Observation-Lab-Albumin-Example.xml", "UKCore-Questionnaire-EOLPlan-Example.xml"];

test("each of the 215 UK Core examples comes out of JSON as the XML that went in: every element, attribute and narrative", { skip: lacksOutsideData }, () => {
  const files = ukCoreFiles();
  assert.equal(files.length, 215);
  for (const name of files) {
    const decoded = decodeXml(ukCore(name));
    assert.ok(decoded.ok);
    const result = readFhirXml(ukCore(name));
    assert.ok(result.ok, `${name}: ${JSON.stringify(result)}`);
    // Through the text of JSON and back, as the store keeps it.
    const written = writeFhirXml(parseJson(JSON.stringify(result.resource)) as Resource);
    const [before, after] = [parseXml(decoded.text), parseXml(written)];
    assert.ok(before.ok && after.ok);
    const inOrder = !OUT_OF_ORDER.includes(name);
    assert.deepEqual(dataOf(after.root, written, inOrder), dataOf(before.root, decoded.text, inOrder), name);
  }
});
