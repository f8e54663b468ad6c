/** What a PDF says to its readers: text by page, and what assistive technology is told of its structure. */
import { getDocumentProxy } from "unpdf";

export type ReadPdf = {
  readonly pages: readonly string[];
  readonly title: string;
  readonly language: string;
  /** That all content is tagged or an artifact. */
  readonly marked: boolean;
  /** The part of PDF/UA that the file says it keeps to; empty where it says nothing. */
  readonly universalAccess: string;
  /** Roles of its elements by page, in reading order, for example `H1`, `Table`, `TH`. */
  readonly roles: readonly (readonly string[])[];
  /** Text that the structure leads to, by page, as it is read out: the rest is an artifact. */
  readonly tagged: readonly string[];
};

type Node = { readonly role?: string; readonly children?: readonly Node[]; readonly type?: string; readonly id?: string };

export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const document = await getDocumentProxy(Uint8Array.from(bytes));
  const { info, metadata } = (await document.getMetadata()) as unknown as { info: Record<string, unknown>; metadata: { get: (name: string) => unknown } | null };
  const marks = await document.getMarkInfo();
  const [pages, roles, tagged]: [string[], string[][], string[]] = [[], [], []];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const [{ items }, tree] = await Promise.all([page.getTextContent({ includeMarkedContent: true }), page.getStructTree() as Promise<Node | null>]);
    const ids = new Set(walk(tree).flatMap(({ type, id }) => (type === "content" && id !== undefined ? [id] : [])));
    let inside: (string | null)[] = [];
    const read: string[] = [];
    let all = "";
    for (const item of items) {
      if ("str" in item) {
        all += `${item.str}${item.hasEOL ? "\n" : ""}`;
        if (inside.some((each) => each !== null && ids.has(each))) read.push(item.str);
      } else if (item.type === "endMarkedContent") inside = inside.slice(0, -1);
      else inside.push((item as { id?: string }).id ?? null);
    }
    pages.push(all);
    roles.push(walk(tree).flatMap(({ role }) => role ?? []));
    tagged.push(read.join(" ").replace(/\s+/g, " "));
  }
  return { pages, title: String(info["Title"] ?? ""), language: String(info["Language"] ?? ""), marked: marks?.["Marked"] === true, universalAccess: String(metadata?.get("pdfuaid:part") ?? ""), roles, tagged };
}

const walk = (node: Node | null): Node[] => (node === null ? [] : [node, ...(node.children ?? []).flatMap(walk)]);
