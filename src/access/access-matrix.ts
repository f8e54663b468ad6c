/**
 * The access matrix in cells that can be compared and printed: what each role
 * sees, holds and may do. It is taken from the grant that a sound reader of each
 * role would get, not from the registers, so that it says what is enforced.
 */
import { LABELS, SECTIONS } from "#standards";
import { ACTIONS } from "#decision";
import type { Organisation, Region, Role } from "#governance";
import { grantOf } from "./grant.ts";
import type { AccessFacts } from "./facts.ts";

/** One cell: `gp · direct-care · section:medicines`, and its value: `yes`, `caveat` (seen, and rows may be withheld) or `no`. */
export type MatrixCell = { readonly role: string; readonly purpose: string; readonly what: string; readonly value: "yes" | "caveat" | "no" };

const NOBODY_FACTS: Omit<AccessFacts, "now"> = { personId: "", sourcePatients: [], personDateOfBirth: null, personNhsNumber: null, relationships: [], reason: null, objections: [], whereabouts: null, linksRevision: 0 };

/** No objection, no claim, no reason. */
const STANDING = { reason: "", objectedToAll: false, vitalInterests: "not-offered" } as const;

/** An organisation without limits of its own: the matrix is about roles. */
const unlimited = (region: Region): Organisation => ({ ...region.organisations[0]!, type: "acute", agreement: { kind: "JCA", signedOn: "2000-01-01", validTo: null, purposes: [], sections: "all" }, mayViewDataOf: "all", serviceLimit: null });

/** Every cell of a region's matrix: roles by the purposes that they work for. */
export function accessMatrix(region: Region): MatrixCell[] {
  return region.roles.flatMap((role) => role.purposes.flatMap((purpose) => cellsOf(region, role, purpose)));
}

function cellsOf(region: Region, role: Role, purpose: Role["purposes"][number]): MatrixCell[] {
  const facts: AccessFacts = { ...NOBODY_FACTS, now: new Date(0) };
  const grant = grantOf(region, role, unlimited(region), { purpose }, STANDING, facts);
  const inEmergency = grantOf(region, role, unlimited(region), { purpose }, { ...STANDING, reason: "break-glass" }, facts);
  const cell = (what: string, value: MatrixCell["value"]): MatrixCell => ({ role: role.id, purpose, what, value });
  return [
    ...SECTIONS.map(({ id }) => cell(`section:${id}`, !grant.sections.has(id) ? "no" : grant.mayWithhold.has(id) ? "caveat" : "yes")),
    ...LABELS.map((label) => cell(`label:${label}`, grant.labels.has(label) ? "yes" : "no")),
    ...LABELS.filter((label) => inEmergency.labels.has(label) && !grant.labels.has(label)).map((label) => cell(`label in an emergency:${label}`, "yes")),
    ...ACTIONS.map((action) => cell(`action:${action}`, grant.actions.has(action) ? "yes" : "no")),
    cell("finds a person", role.mayFindPerson ? "yes" : "no"),
    cell("opens with a reason", role.mayGiveReason ? "yes" : "no"),
    cell("always gives a reason", role.alwaysGivesReason ? "yes" : "no"),
    cell("only what the own organisation supplied", role.ownOrganisationOnly || region.purpose(purpose)?.ownOrganisationOnly === true ? "yes" : "no"),
  ];
}

/** Cells that differ between two regions' matrices; a cell that one of them lacks is `no` there. */
export function matrixFlips(before: Region, after: Region): { readonly role: string; readonly purpose: string; readonly what: string; readonly before: string; readonly after: string }[] {
  const keyOf = (cell: MatrixCell): string => `${cell.role}\n${cell.purpose}\n${cell.what}`;
  const [old, fresh] = [new Map(accessMatrix(before).map((cell) => [keyOf(cell), cell])), new Map(accessMatrix(after).map((cell) => [keyOf(cell), cell]))];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => {
    const [was, becomes] = [old.get(key)?.value ?? "no", fresh.get(key)?.value ?? "no"];
    const { role, purpose, what } = (fresh.get(key) ?? old.get(key))!;
    return was === becomes ? [] : [{ role, purpose, what, before: was, after: becomes }];
  });
}

/** The matrix as Markdown, for `docs/reference/access-matrix.md`. */
export function matrixMarkdown(region: Region): string {
  const cells = Map.groupBy(accessMatrix(region), ({ role, purpose }) => `${role}\n${purpose}`);
  const columns = [...cells.values()].map((each) => ({ role: region.role(each[0]!.role)!, purpose: region.purpose(each[0]!.purpose), value: new Map(each.map((cell) => [cell.what, cell.value])) }));
  const sign = { yes: "●", caveat: "◐", no: "" } as const;
  const table = (title: string, rows: readonly { readonly what: string; readonly words: string }[]): string =>
    [
      `## ${title}`, "", `| | ${columns.map(({ role, purpose }) => (role.purposes.length === 1 ? role.name : `${role.name}: ${purpose?.name ?? ""}`)).join(" | ")} |`, `| --- |${" :-: |".repeat(columns.length)}`,
      ...rows.map(({ what, words }) => `| ${words} | ${columns.map(({ value }) => sign[value.get(what) ?? "no"]).join(" | ")} |`), "",
    ].join("\n");
  return [
    `# Access matrix of ${region.name}`, "",
    "Made by `npm run policy -- matrix --write` from the grant that a professional of each role gets. A test holds it equal to what is enforced.", "",
    `${sign.yes} seen or held. ${sign.caveat} seen, and policy may hold rows of it back from this role, so no bare \"none\" is ever shown there.`, "",
    table("Sections", SECTIONS.map(({ id, title }) => ({ what: `section:${id}`, words: title }))),
    table("Labels that a role holds", LABELS.map((label) => ({ what: `label:${label}`, words: region.matrix.labels[label].words }))),
    table("Labels that open in an emergency only", LABELS.map((label) => ({ what: `label in an emergency:${label}`, words: region.matrix.labels[label].words }))),
    table("Actions", ACTIONS.map((action) => ({ what: `action:${action}`, words: action }))),
    table("Ways in", ["finds a person", "opens with a reason", "always gives a reason", "only what the own organisation supplied"].map((what) => ({ what, words: what }))),
  ].join("\n");
}
