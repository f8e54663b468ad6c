/**
 * A small valid PDF 1.4 of one page: a heading and lines of text in Helvetica,
 * with a correct cross-reference table. What Helvetica's Latin set lacks is
 * written as a question mark.
 */
export function pdfOf(title: string, lines: readonly string[]): Buffer {
  const content = [
    "BT /F2 15 Tf 56 780 Td",
    `(${escaped(title)}) Tj`,
    "/F1 10.5 Tf 0 -30 Td 15 TL",
    ...lines.flatMap((line) => wrapped(line).map((part) => `(${escaped(part)}) Tj T*`)),
    "ET",
  ].join("\n");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> /Contents 6 0 R >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    `<< /Length ${Buffer.byteLength(content, "latin1")} >>\nstream\n${content}\nendstream`,
    `<< /Title (${escaped(title)}) >>`,
  ];
  let text = "%PDF-1.4\n";
  const starts = objects.map((object, index) => {
    const start = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const table = starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 7 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}

function escaped(text: string): string {
  return text.replace(/[^\x20-\x7e\xa0-\xff]/g, "?").replace(/[\\()]/g, (mark) => `\\${mark}`);
}

function wrapped(line: string): string[] {
  const out = [""];
  for (const word of line.split(" ")) {
    const last = out.length - 1;
    if (out[last]!.length + word.length > 88) out.push(word);
    else out[last] = out[last] === "" ? word : `${out[last]!} ${word}`;
  }
  return out;
}
