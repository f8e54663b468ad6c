/** Documents written here for tests: a CDA letter, an RTF letter, a PDF, small images. */
import { deflateSync } from "node:zlib";

/** A picture of one pixel. */
export const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
export const GIF = Buffer.from("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=", "base64");

/** A CDA document; `body` is what stands in its `component`. */
export const cda = (body: string, title = "Discharge summary"): string => `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="https://example.org/steal.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc">
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <id root="6E2B1C5A-0000-4000-8000-000000000001"/>
  <code code="373942005" codeSystem="2.16.840.1.113883.6.96" displayName="Discharge summary"/>
  <title>${title}</title>
  <effectiveTime value="202601311530+0000"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.2.1.4.1" extension="9990000441"/><patient><name><prefix>Mrs</prefix><given>Robin</given><family>Example</family></name><birthTime value="19400507"/></patient></patientRole></recordTarget>
  <author><time value="20260131"/><assignedAuthor><id nullFlavor="NI"/><code displayName="Consultant physician"/><assignedPerson><name><prefix>Dr</prefix><given>Ada</given><family>Writer</family></name></assignedPerson><representedOrganization><name>Example Hospital</name></representedOrganization></assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.3"/><name>Example NHS Trust</name></representedCustodianOrganization></assignedCustodian></custodian>
  <informationRecipient><intendedRecipient><informationRecipient><name><given>Gail</given><family>Practice</family></name></informationRecipient><receivedOrganization><name>Example Surgery</name></receivedOrganization></intendedRecipient></informationRecipient>
  <component>${body}</component>
</ClinicalDocument>`;

export const cdaSections = (...sections: string[]): string => `<structuredBody>${sections.map((section) => `<component><section>${section}</section></component>`).join("")}</structuredBody>`;

export const CDA_LETTER = cda(
  cdaSections(
    `<title>Diagnoses</title><text><list listType="ordered"><caption>At discharge</caption><item>Community acquired <content styleCode="Bold">pneumonia</content></item><item>Type 2 diabetes</item></list></text>`,
    `<title>Medicines</title><text><table><thead><tr><th>Medicine</th><th>Dose</th></tr></thead><tbody><tr><td>Doxycycline</td><td>100 mg &lt; 2 daily</td></tr><tr><td colspan="2"><content revised="delete">Amoxicillin</content> stopped: rash</td></tr></tbody></table></text>`,
    `<title>Course</title><text><paragraph>Admitted with cough.<br/>Improved on antibiotics, H<sub>2</sub>O given.</paragraph><paragraph><linkHtml href="https://example.org/leaflet">Leaflet</linkHtml> <linkHtml href="javascript:alert(1)">Press</linkHtml></paragraph><renderMultiMedia referencedObject="pic"><caption>Chest film</caption></renderMultiMedia></text>
     <entry><observationMedia classCode="OBS" moodCode="EVN" ID="pic"><value mediaType="image/png" representation="B64">${PNG.toString("base64")}</value></observationMedia></entry>
     <component><section><title>Plan</title><text>Review in <content styleCode="Italics">six weeks</content>.</text></section></component>`,
    `<title>Allergies</title><text/>`,
  ),
);

export const RTF_LETTER = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset238 Arial CE;}}{\colortbl;\red0\green0\blue0;}{\*\generator Word;}{\info{\author Somebody}}
{\header\pard Example Hospital\par}
\pard\f0 Dear Dr \b Practice\b0 ,\par
Caf\'e9 visit, temperature 38.5\'b0C, \f1 \'f8\f0  and \u8364?5 \{brace\}\line next line\par
\trowd\cellx100\cellx200\pard\intbl Drug\cell Dose\cell\row
\trowd\cellx100\cellx200\pard\intbl Doxycycline\cell 100 mg\cell\row
\pard {\field{\*\fldinst HYPERLINK "http://example.org"}{\fldrslt the leaflet}}\par
{\v hidden words}{\object\objemb{\*\objdata 0105}}{\pict\pngblip ${PNG.toString("hex")}}
Yours\par
}`;

/** A PDF of one page a text, written here; `stream` replaces the content of the first page. */
export function pdf(pages: readonly string[], options: { stream?: Buffer; compressed?: boolean } = {}): Buffer {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  let length = 0;
  const push = (content: string | Buffer): void => {
    const bytes = Buffer.from(content as string, "latin1");
    parts.push(typeof content === "string" ? bytes : content);
    length += typeof content === "string" ? bytes.length : content.length;
  };
  const object = (number: number, content: string | Buffer, head = ""): void => {
    offsets[number] = length;
    push(`${number} 0 obj\n${head}`);
    push(content);
    push("\nendobj\n");
  };
  push("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
  object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ")}] >>`);
  object(3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  pages.forEach((text, index) => {
    object(4 + index * 2, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`);
    const plain = (index === 0 ? options.stream : undefined) ?? Buffer.from(`BT /F1 12 Tf 50 780 Td 16 TL ${text.split("\n").map((line) => `(${line.replace(/[\\()]/g, "\\$&")}) Tj T*`).join(" ")} ET`, "latin1");
    const content = options.compressed ? deflateSync(plain) : plain;
    offsets[5 + index * 2] = length;
    push(`${5 + index * 2} 0 obj\n<< /Length ${content.length}${options.compressed ? " /Filter /FlateDecode" : ""} >>\nstream\n`);
    push(content);
    push("\nendstream\nendobj\n");
  });
  const start = length;
  const count = 4 + pages.length * 2;
  push(`xref\n0 ${count}\n0000000000 65535 f \n${Array.from({ length: count - 1 }, (_, index) => `${String(offsets[index + 1]).padStart(10, "0")} 00000 n \n`).join("")}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return Buffer.concat(parts);
}
