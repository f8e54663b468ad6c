/** The register of professionals: who they are, what they hold, when they were trained. */
import { Type, type Static } from "typebox";
import { Words, OdsCode, Slug, closed } from "./fields.ts";
import type { Organisation } from "./organisation.ts";

const RoleProfile = Type.Object(
  {
    /** `person_roleid` of the national directory; our own id for a profile that only we know. */
    id: Type.String({ pattern: "^\\d{12}$" }),
    organisation: OdsCode,
    unit: Type.Optional(Slug),
    /** The national code in full, for example `S8001:G8002:R1070`. */
    sourceRole: Type.String({ pattern: "^S\\d{4}:G\\d{4}:R\\d{4}$" }),
    sourceRoleName: Words,
    areaOfWork: Type.Optional(Words),
    /** The product role that the mapping has to give; checked on load. */
    role: Slug,
    /** False where the national directory holds no role (many social workers): our register adds it at sign-in. */
    national: Type.Boolean(),
  },
  closed,
);

export const ProfessionalSchema = Type.Object(
  {
    /** CIS2 `nhsid_useruid`; an id of our own register for who has none and signs in by passkey. */
    uid: Type.String({ pattern: "^\\d{12}$" }),
    name: Words,
    /** One line for the person who shows the product: what this professional is good for. */
    about: Type.Optional(Words),
    registration: Type.Union([Type.Object({ body: Words, number: Words }, closed), Type.Null()]),
    contractor: Type.Boolean(),
    /** Days since the duty of confidentiality was accepted; `null` when it never was. Relative, so that demo data does not age. */
    confidentialityAcceptedDaysAgo: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    /** Days since the yearly training; `null` when never trained. */
    trainedDaysAgo: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    /** The professional's own NHS number where the employer told it: the own record stays closed. */
    ownNhsNumber: Type.Union([Type.String({ pattern: "^\\d{10}$" }), Type.Null()]),
    profiles: Type.Array(RoleProfile),
  },
  closed,
);

export type Professional = Readonly<Static<typeof ProfessionalSchema>>;
export type RoleProfile = Readonly<Static<typeof RoleProfile>>;

/**
 * How this professional signs in: by passkey only where every organisation they work for signs in so.
 * Who has CIS2 anywhere uses it everywhere: a passkey never takes its place.
 */
export function signInOf(professional: Pick<Professional, "profiles">, organisation: (odsCode: string) => Pick<Organisation, "signIn"> | undefined): "cis2" | "passkey" {
  const { profiles } = professional;
  return profiles.length > 0 && profiles.every((each) => organisation(each.organisation)?.signIn === "passkey") ? "passkey" : "cis2";
}

/** True where the role needs no registration, or one of the bodies that it needs has registered the professional (ACC-12). */
export function isRegisteredFor(professional: Pick<Professional, "registration">, role: { readonly registration?: readonly string[] | undefined } | undefined): boolean {
  const bodies = role?.registration;
  return bodies === undefined || (professional.registration !== null && bodies.includes(professional.registration.body));
}

/** True while the last training is not older than the region allows (ONB-06). */
export function trainingInDate(professional: Professional, validDays: number): boolean {
  return professional.trainedDaysAgo !== null && professional.trainedDaysAgo <= validDays;
}
