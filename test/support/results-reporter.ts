/** Writes every test with its file and outcome, for `npm run mission`. */
type Event = { type: string; data: { name: string; file?: string; skip?: boolean | string; todo?: boolean | string; nesting: number; details?: { type?: string } } };

export default async function* results(source: AsyncIterable<Event>): AsyncGenerator<string> {
  const root = new URL("../../", import.meta.url).pathname;
  yield "[\n";
  let first = true;
  for await (const { type, data } of source) {
    if ((type !== "test:pass" && type !== "test:fail") || data.details?.type === "suite") continue;
    const outcome = data.skip !== undefined && data.skip !== false ? "skipped" : type === "test:pass" ? "passed" : "failed";
    yield `${first ? "" : ",\n"}${JSON.stringify({ title: data.name, file: (data.file ?? "").replace(root, ""), outcome })}`;
    first = false;
  }
  yield "\n]\n";
}
