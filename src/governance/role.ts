/** The product's own roles, and which nationally issued role becomes which of them. */
import { Type, type Static } from "typebox";
import { Words, Slug, LabelName, PurposeName, ActionName, closed } from "./fields.ts";
import { ORGANISATION_TYPES, type Organisation } from "./organisation.ts";

/**
 * One nationally issued role that maps to ours. The same code means different
 * work in different places (R8001 Nurse), so the kind of organisation and the
 * area of work may narrow it.
 */
const NationalRole = Type.Object(
  {
    /** Job role code, for example `R1070`. */
    code: Type.String({ pattern: "^R\\d{4}$" }),
    organisationTypes: Type.Optional(Type.Array(Type.Enum([...ORGANISATION_TYPES]))),
    areaOfWork: Type.Optional(Words),
  },
  closed,
);

export const RoleSchema = Type.Object(
  {
    id: Slug,
    name: Words,
    national: Type.Array(NationalRole),
    purposes: Type.Array(PurposeName),
    labels: Type.Array(LabelName),
    actions: Type.Array(ActionName),
    /** May look for a person who was not handed over by a host system. */
    mayFindPerson: Type.Boolean(),
    /** May open a record with a stated reason where no relationship is known. */
    mayGiveReason: Type.Boolean(),
    /** Opens no record without a stated reason, whatever links the own organisation to the person (ACC-09). */
    alwaysGivesReason: Type.Boolean(),
    /** In an emergency (break-glass) also sees what is sealed; never what is sealed and locked. */
    opensSealed: Type.Boolean(),
    /** Sees only what the own organisation supplied (ORG-08). */
    ownOrganisationOnly: Type.Boolean(),
    /** Bodies of which one has to have registered whoever works in it (ACC-12); missing: no registration is needed. */
    registration: Type.Optional(Type.Array(Words, { minItems: 1 })),
    /** Which page such a reader starts from. */
    landing: Type.Enum(["clinical", "social-care", "office"]),
  },
  closed,
);

export type Role = Readonly<Static<typeof RoleSchema>>;

/** The job role part of a national role code: `S8001:G8002:R1070` gives `R1070`. */
export function jobRoleCode(sourceRole: string): string {
  return sourceRole.slice(sourceRole.lastIndexOf(":") + 1);
}

/**
 * The product role of a nationally issued one, or `undefined` when the region
 * maps none (such a person is refused, never given a default). The narrowest
 * mapping wins: area of work, then kind of organisation, then the bare code.
 */
export function roleFor(
  roles: readonly Role[],
  sourceRole: string,
  organisation: Organisation | undefined,
  areaOfWork: string | null,
): Role | undefined {
  const code = jobRoleCode(sourceRole);
  let best: Role | undefined;
  let bestRank = -1;
  for (const role of roles) {
    for (const national of role.national) {
      if (national.code !== code) continue;
      if (national.areaOfWork !== undefined && national.areaOfWork !== areaOfWork) continue;
      if (national.organisationTypes !== undefined && !(organisation && national.organisationTypes.includes(organisation.type))) continue;
      const rank = (national.areaOfWork === undefined ? 0 : 2) + (national.organisationTypes === undefined ? 0 : 1);
      if (rank > bestRank) [best, bestRank] = [role, rank];
    }
  }
  return best;
}
