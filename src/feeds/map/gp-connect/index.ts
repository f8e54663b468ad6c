/**
 * GP Connect "Access Record: Structured" (STU3) to FHIR R4. Pure.
 *
 * `convertGpConnect(bundle)` takes the parsed JSON of a structured record (or
 * the OperationOutcome that came instead) and gives R4 resources, what the
 * practice said about whole sections, and the practice's ODS code, or faults
 * with the place of each. Nothing is lost: every resource comes out once under
 * its R4 type (ReferralRequest and ProcedureRequest as ServiceRequest, contained
 * ones on their own, unknown types as Basic), fields without an R4 place stay
 * in `stu3-field` extensions, and a reference whose target was not sent keeps
 * the sender's words in a `source-reference` extension.
 *
 * The ids are unique within one record only: a store keys them by feed and
 * source patient. Source: GP Connect 1.6 and FHIR's STU3-R4 maps.
 */
export {
  convertGpConnect,
  countGpConnect,
  type GpConnectFault,
  type GpConnectRecord,
  type GpConnectResult,
} from "./convert.ts";
export { convertDocuments, DOCUMENT_KEY, isDocuments, joined, type GpDocument, type GpDocuments, type GpDocumentsResult } from "./documents.ts";
export type { Statement } from "./statements.ts";
export { STU3_FIELD } from "./kept-fields.ts";
export { SOURCE_REFERENCE } from "./references.ts";
export type { Json, R4 } from "./json.ts";
