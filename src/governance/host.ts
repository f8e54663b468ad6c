/** Host systems that may open a person here in context (ACC-01). */
import { Type, type Static } from "typebox";
import { Words, OdsCode, Slug, closed } from "./fields.ts";

export const HostSchema = Type.Object(
  {
    id: Slug,
    name: Words,
    organisation: OdsCode,
    /** Public key (JWK) that its launch links are signed with; only public parts belong into a pack. */
    publicKey: Type.Union([
      Type.Object({ kty: Type.Literal("OKP"), crv: Type.Literal("Ed25519"), x: Words, kid: Type.Optional(Words) }, closed),
      Type.Object({ kty: Type.Literal("EC"), crv: Type.Literal("P-256"), x: Words, y: Words, kid: Type.Optional(Words) }, closed),
      Type.Null(),
    ]),
    /** True for the demonstration host, whose key is made at first start and kept in the data folder. */
    demonstration: Type.Boolean(),
  },
  closed,
);

export type Host = Readonly<Static<typeof HostSchema>>;
