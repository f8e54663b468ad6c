/**
 * May this reader, once the record has opened, see one item? The rule by item,
 * written apart from the sets of `grant.ts` and from the registers themselves;
 * `enumerate.ts` compares the two over every kind of item.
 */
import type { Label, SectionId } from "#standards";
import type { Organisation, Region, Role } from "#governance";
import type { Purpose } from "#decision";
import type { Objection } from "#objections";

/** How a reader came in, and what the person decided. */
export type Entering = { readonly role: Role; readonly organisation: Organisation; readonly purpose: Purpose; readonly emergency: boolean; readonly objections: readonly Pick<Objection, "state" | "scope">[]; readonly protectedPerson: boolean };

/** One kind of item: whose it is, where it stands, and its labels. */
export type ItemKind = { readonly itemId: string; readonly source: string; readonly section: SectionId; readonly labels: readonly Label[] };

/** True where the item may be shown; the first reason not to ends it. */
export function mayShow(region: Region, { role, organisation, purpose, emergency, objections, protectedPerson }: Entering, { source, section, labels, itemId }: ItemKind): boolean {
  const register = region.purposes.find((each) => each.id === purpose);
  if (register === undefined || (register.sections !== "all" && !register.sections.includes(section))) return false;
  const row = region.matrix.roles.find((each) => each.role === role.id);
  if (row === undefined || (row.sees !== "all" && !row.sees.includes(section))) return false;
  const { agreement } = organisation;
  if (agreement === null || (agreement.sections !== "all" && !agreement.sections.includes(section))) return false;

  // Whose data: one's own always; of others as far as role, purpose and the organisation's direction of view go.
  if (source !== organisation.odsCode) {
    if (role.ownOrganisationOnly || register.ownOrganisationOnly) return false;
    const type = region.organisations.find((each) => each.odsCode === source)?.type;
    if (organisation.mayViewDataOf !== "all" && (type === undefined || !organisation.mayViewDataOf.includes(type))) return false;
  }

  // An objection is to sharing for direct care. Upheld, it holds for everybody; meanwhile, who wrote something still sees that (decision 0010).
  for (const { state, scope } of purpose === "direct-care" ? objections : []) {
    if (state !== "upheld" && (state !== "interim" || source === organisation.odsCode)) continue;
    if (scope.kind === "everything") return false;
    if (scope.kind === "section" && scope.section === section) return false;
    if (scope.kind === "organisation" && scope.odsCode === source) return false;
    if (scope.kind === "viewer" && scope.odsCode === organisation.odsCode) return false;
    if (scope.kind === "item" && scope.itemId === itemId) return false;
  }

  if (protectedPerson && section === "gp-practice" && !role.labels.includes("protected-address")) return false;
  return labels.every((label) => {
    if (label === "legally-barred" || label === "sealed-locked") return false;
    if (label === "sealed") return emergency && role.opensSealed;
    return role.labels.includes(label);
  });
}
