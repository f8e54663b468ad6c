/** The register of feeds: what arrives, from whom, how it is recognised, how often. */
import { Type, type Static } from "typebox";
import { Words, OdsCode, Slug, Section, MeshMailbox, MeshWorkflow, closed } from "./fields.ts";

export const FEED_FORMATS = ["hl7v2", "fhir-r4", "gp-connect-stu3", "csv"] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

export const FeedSchema = Type.Object(
  {
    /** For example `rvv-adt`; part of the feed's address. */
    id: Slug,
    organisation: OdsCode,
    format: Type.Enum([...FEED_FORMATS]),
    title: Words,
    /** `push`: the source sends by itself, which is so where nothing is said. `pull`: the source was asked, and this is its answer. */
    arrives: Type.Optional(Type.Enum(["push", "pull"])),
    transport: Type.Union([
      /** Recognised by MSH-3 and MSH-4. */
      Type.Object({ mllp: Type.Object({
        sendingApplication: Words,
        sendingFacility: Words,
        /** Names (common name or DNS) that the sender's certificate may carry; where given, the feed is taken over mutual TLS alone. */
        certificateNames: Type.Optional(Type.Array(Words, { minItems: 1 })),
      }, closed) }, closed),
      /** Recognised by the client that signs in. */
      Type.Object({ http: Type.Object({ clientId: Slug }, closed) }, closed),
      /** Recognised by the workflow and the mailbox that it came from; collected from our mailbox at MESH. */
      Type.Object({ mesh: Type.Object({ workflowId: MeshWorkflow, fromMailbox: MeshMailbox }, closed) }, closed),
    ]),
    supplies: Type.Array(Section, { minItems: 1 }),
    /** Later than this and the feed is shown as late. */
    expectedEveryMinutes: Type.Integer({ minimum: 1 }),
    /** False only for feeds of test and bench overlays. */
    agreementRequired: Type.Boolean(),
    /** Options of the format; for `csv` the `layout`, how a file is meant (`load`: full or incremental) and what a full one may remove before a person is asked (`mostRemovedPercent`, 20). */
    options: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  closed,
);

export type Feed = Readonly<Static<typeof FeedSchema>>;

/** Whether a source sends by itself or is asked (EXC-06). */
export const arrivalOf = (feed: Feed): "push" | "pull" => feed.arrives ?? "push";
