/**
 * Text of an HTML document, and nothing else of it: tags, scripts, styles and
 * comments go, breaks stay breaks. What comes out is text and is escaped again
 * when it is put into a page, so that a mistake here shows as odd characters and
 * never as markup.
 */
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ndash: "–", mdash: "—", hellip: "…", deg: "°", micro: "µ", plusmn: "±", pound: "£", rsquo: "’", lsquo: "‘", ldquo: "“", rdquo: "”", bull: "•", frac12: "½", times: "×", le: "≤", ge: "≥" };

const BREAKS = /^\/?(?:p|div|br|tr|li|ul|ol|table|h[1-6]|hr|section|article|header|footer|dt|dd|blockquote|pre|title)\b/i;

/** Reads once from left to right; takes time in proportion to the length, whatever is in it. */
export function plainText(markup: string): string {
  let out = "";
  let at = 0;
  while (at < markup.length) {
    const open = markup.indexOf("<", at);
    if (open < 0) {
      out += entities(markup.slice(at));
      break;
    }
    out += entities(markup.slice(at, open));
    if (markup.startsWith("<!--", open)) {
      const end = markup.indexOf("-->", open + 4);
      at = end < 0 ? markup.length : end + 3;
      continue;
    }
    // "<5 mmol/L" is a value and no tag.
    if (!/[a-z/!?]/i.test(markup[open + 1] ?? "")) {
      out += "<";
      at = open + 1;
      continue;
    }
    const close = markup.indexOf(">", open);
    if (close < 0) break;
    const tag = markup.slice(open + 1, close);
    at = close + 1;
    const dropped = /^(script|style|template|head)\b/i.exec(tag)?.[1]?.toLowerCase();
    if (dropped !== undefined && !tag.endsWith("/")) {
      const end = new RegExp(`</${dropped}\\s*>`, "i").exec(markup.slice(at));
      at = end === null ? markup.length : at + end.index + end[0].length;
    } else if (/^\/?t[dh]\b/i.test(tag)) out += "  ";
    else if (BREAKS.test(tag)) out += "\n";
  }
  return out
    .replace(/[^\S\n]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function entities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}\d{0,2}));/gi, (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : " ";
  });
}
