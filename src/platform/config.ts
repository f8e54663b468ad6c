import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";

/**
 * One setting: how its text is read, what stands where it is missing, and what
 * it is for. `.env.example` is generated from this table (a test keeps it so).
 */
type Setting<T> = {
  env: string;
  fallback: string;
  what: string;
  read(text: string): T | { fault: string };
  secret?: true;
};

const text = (text: string): string => text;
const wholeNumber =
  (least: number, most: number) =>
  (text: string): number | { fault: string } => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : { fault: `must be a whole number from ${least} to ${most}` };
  };
const oneOf =
  <const T extends readonly string[]>(...allowed: T) =>
  (text: string): T[number] | { fault: string } =>
    allowed.includes(text) ? text : { fault: `must be one of ${allowed.join(", ")}` };
const list = (text: string): string[] => text.split(",").map((part) => part.trim()).filter((part) => part !== "");
const url = (text: string): string | { fault: string } =>
  text === "" || URL.canParse(text) ? text.replace(/\/$/, "") : { fault: "must be a URL" };
const folder = (text: string): string => resolve(text);

const setting = <T>(
  env: string,
  fallback: string,
  read: Setting<T>["read"],
  what: string,
  secret?: true,
): Setting<T> => (secret ? { env, fallback, what, read, secret } : { env, fallback, what, read });

const SETTINGS = {
  mode: setting("KMCR_MODE", "demo", oneOf("demo", "production"), "demo allows the stand-in sign-in providers and the invented region; production refuses both"),
  port: setting("PORT", "8080", wholeNumber(1, 65535), "web port"),
  host: setting("KMCR_HOST", "127.0.0.1", text, "address that the web port listens on; 0.0.0.0 for all"),
  publicUrl: setting("KMCR_PUBLIC_URL", "", url, "address by which browsers reach the web port; empty: http://localhost:PORT"),
  mllpPort: setting("KMCR_MLLP_PORT", "2575", wholeNumber(1, 65535), "HL7 v2 (MLLP) port"),
  mllpHost: setting("KMCR_MLLP_HOST", "127.0.0.1", text, "address that the HL7 v2 port listens on"),
  mllpTlsPort: setting("KMCR_MLLP_TLS_PORT", "0", wholeNumber(0, 65535), "HL7 v2 port with mutual TLS; 0: none"),
  mllpTlsHost: setting("KMCR_MLLP_TLS_HOST", "0.0.0.0", text, "address that the HL7 v2 port with TLS listens on"),
  mllpTlsKey: setting("KMCR_MLLP_TLS_KEY", "", text, "file of the private key of the HL7 v2 port with TLS (PEM)"),
  mllpTlsCertificate: setting("KMCR_MLLP_TLS_CERTIFICATE", "", text, "file of its certificate chain (PEM); read again when it changes"),
  mllpTlsAuthority: setting("KMCR_MLLP_TLS_AUTHORITY", "", text, "file of the authorities that sign the senders' certificates (PEM)"),
  dataDir: setting("KMCR_DATA_DIR", "./data", folder, "folder of the embedded database and the secrets made at first start"),
  databaseUrl: setting("DATABASE_URL", "", url, "PostgreSQL 15 or newer; empty: an embedded PostgreSQL in the data folder", true),
  region: setting("KMCR_REGION", "regions/kent-medway", folder, "folder of the region pack"),
  regionOverlays: setting("KMCR_REGION_OVERLAYS", "", list, "further packs laid over the region's, comma separated"),
  secret: setting("KMCR_SECRET", "", (value) => (value === "" || value.length >= 32 ? value : { fault: "must have 32 characters or more" }), "key of role passwords, tokens and cookies; empty in demo: made at first start in the data folder", true),
  auditKey: setting("KMCR_AUDIT_KEY", "", text, "file of the key (Ed25519, PKCS 8, PEM) that signs the audit log; empty: one that follows from KMCR_SECRET"),
  cis2Issuer: setting("KMCR_CIS2_ISSUER", "", url, "OpenID Connect issuer of NHS CIS2; empty in demo: the stand-in"),
  cis2ClientId: setting("KMCR_CIS2_CLIENT_ID", "kmcr", text, "client id at CIS2"),
  cis2ClientSecret: setting("KMCR_CIS2_CLIENT_SECRET", "", text, "client secret at CIS2", true),
  standInPort: setting("KMCR_STANDIN_PORT", "8081", wholeNumber(1, 65535), "port of the stand-in sign-in providers (demo only)"),
  meshUrl: setting("KMCR_MESH_URL", "", url, "address of MESH; empty: no mailbox, or in demo the stand-in where the region names one"),
  meshMailbox: setting("KMCR_MESH_MAILBOX", "", text, "our mailbox id at MESH"),
  meshPassword: setting("KMCR_MESH_PASSWORD", "", text, "password of the mailbox", true),
  meshSharedKey: setting("KMCR_MESH_SHARED_KEY", "", text, "shared key of the MESH environment", true),
  meshCertificate: setting("KMCR_MESH_CERTIFICATE", "", text, "file of our client certificate for MESH (PEM)"),
  meshKey: setting("KMCR_MESH_KEY", "", text, "file of its private key (PEM)"),
  meshAuthority: setting("KMCR_MESH_AUTHORITY", "", text, "file of the authorities that sign MESH's certificate (PEM); empty: the system's"),
  monitoringSeconds: setting("KMCR_MONITORING_SECONDS", "120", wholeNumber(1, 86_400), "how often new accesses are explained and judged"),
  meshPollSeconds: setting("KMCR_MESH_POLL_SECONDS", "300", wholeNumber(1, 86_400), "how often the mailbox is looked into; MESH allows no less than 300, a stand-in on this machine takes less"),
  meshStandInPort: setting("KMCR_MESH_STANDIN_PORT", "8082", wholeNumber(1, 65535), "port of the stand-in for MESH (demo only, where the region names a mailbox and KMCR_MESH_URL is empty)"),
  pdsUrl: setting("KMCR_PDS_URL", "", url, "address of PDS (FHIR API) down to its version; empty: nobody is traced, or in demo the stand-in"),
  pdsTokenUrl: setting("KMCR_PDS_TOKEN_URL", "", url, "token address of the API platform, letter by letter as it was registered"),
  pdsApiKey: setting("KMCR_PDS_API_KEY", "", text, "API key of our application at the API platform", true),
  pdsKeyId: setting("KMCR_PDS_KEY_ID", "", text, "key id (kid) of the signing key that was registered"),
  pdsKey: setting("KMCR_PDS_KEY", "", text, "file of the signing key (PKCS 8, PEM)"),
  pdsOdsCode: setting("KMCR_PDS_ODS_CODE", "", text, "ODS code of the organisation on whose behalf PDS is asked"),
  pdsCallsPerSecond: setting("KMCR_PDS_CALLS_PER_SECOND", "5", wholeNumber(1, 100), "calls that PDS allows our application in a second"),
  mnsUrl: setting("KMCR_MNS_URL", "", url, "address of the Multicast Notification Service; empty: no change events, or in demo the stand-in"),
  mnsWorkflow: setting("KMCR_MNS_WORKFLOW", "MNS_EVENT", text, "workflow under which change events come into our mailbox at MESH"),
  webProcesses: setting("KMCR_WEB_PROCESSES", String(Math.min(4, availableParallelism())), wholeNumber(1, 64), "web processes that share the port"),
  workerProcesses: setting("KMCR_WORKER_PROCESSES", String(Math.min(4, availableParallelism())), wholeNumber(1, 64), "processes that apply messages; patients are shared out among them"),
  diskKeepFreeMb: setting("KMCR_DISK_KEEP_FREE_MB", "128", wholeNumber(0, 1_000_000), "intake answers \"send it again\" while less than this is free where the data lies, MiB; opening records goes on"),
  maxBodyMb: setting("KMCR_MAX_BODY_MB", "50", wholeNumber(1, 1024), "largest HTTP body and HL7 v2 frame, MiB"),
  documents: setting("KMCR_DOCUMENTS", "folder", oneOf("folder", "s3"), "where documents lie: folder (documents in the data folder) or s3 (an S3-compatible store)"),
  s3Endpoint: setting("KMCR_S3_ENDPOINT", "", url, "address of the S3-compatible store; empty: AWS"),
  s3Region: setting("KMCR_S3_REGION", "eu-west-2", text, "region that requests to the S3-compatible store are signed for"),
  s3Bucket: setting("KMCR_S3_BUCKET", "", text, "bucket for documents; it must exist"),
  s3AccessKeyId: setting("KMCR_S3_ACCESS_KEY_ID", "", text, "access key id at the S3-compatible store"),
  s3SecretAccessKey: setting("KMCR_S3_SECRET_ACCESS_KEY", "", text, "secret access key at the S3-compatible store", true),
  demoPeople: setting("KMCR_DEMO_PEOPLE", "500", wholeNumber(40, 100000), "people of the invented region at first start"),
  demoSeed: setting("KMCR_DEMO_SEED", "1", wholeNumber(1, 2147483647), "seed of the invented region"),
  sessionIdleMinutes: setting("KMCR_SESSION_IDLE_MINUTES", "15", wholeNumber(1, 120), "idle end of a session"),
  sessionHours: setting("KMCR_SESSION_HOURS", "12", wholeNumber(1, 24), "absolute end of a session"),
} as const;

type Settings = typeof SETTINGS;
type Value<T> = T extends Setting<infer V> ? V : never;
export type Config = { readonly [K in keyof Settings]: Value<Settings[K]> };

/** Reads the whole environment; every fault at once, each naming its variable. */
export function readConfig(env: NodeJS.ProcessEnv): { ok: true; config: Config } | { ok: false; faults: string[] } {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const read = each.read(env[each.env] ?? each.fallback);
    if (typeof read === "object" && read !== null && "fault" in read) {
      faults.push(`${each.env} ${(read as { fault: string }).fault}${each.secret ? "" : `, not "${env[each.env]}"`}`);
    } else values[key] = read;
  }
  const known = new Set(Object.values(SETTINGS).map((each) => each.env));
  for (const name of Object.keys(env)) {
    if (name.startsWith("KMCR_") && !known.has(name) && !INTERNAL.has(name)) faults.push(`${name} is not a setting of this product`);
  }
  const config = values as unknown as Config;
  if (faults.length === 0) {
    const ports = [config.port, config.mllpPort, config.standInPort, config.mllpTlsPort];
    if (new Set(ports).size < ports.length) faults.push("PORT, KMCR_MLLP_PORT, KMCR_MLLP_TLS_PORT and KMCR_STANDIN_PORT must differ");
    if (config.mllpTlsPort > 0 && [config.mllpTlsKey, config.mllpTlsCertificate, config.mllpTlsAuthority].includes("")) faults.push("KMCR_MLLP_TLS_PORT wants KMCR_MLLP_TLS_KEY, KMCR_MLLP_TLS_CERTIFICATE and KMCR_MLLP_TLS_AUTHORITY");
    if (config.documents === "s3") faults.push(...s3Faults(config));
    faults.push(...meshFaults(config), ...pdsFaults(config));
    if (config.mode === "production") faults.push(...productionFaults(config));
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config };
}

const s3Faults = (config: Config): string[] =>
  (["s3Bucket", "s3AccessKeyId", "s3SecretAccessKey"] as const).filter((name) => config[name] === "").map((name) => `${SETTINGS[name].env} must be set where KMCR_DOCUMENTS is s3`);

/** What a child process, a test or a bench hands on, never a person. */
const INTERNAL = new Set(["KMCR_PART", "KMCR_PART_INDEX", "KMCR_DATABASE", "KMCR_TEST_DATABASE_URL", "KMCR_TEST_RESULTS", "KMCR_FEED_SECRET", "KMCR_POSTGRES_PID"]);

function productionFaults(config: Config): string[] {
  const faults: string[] = [];
  if (config.secret === "") faults.push("KMCR_SECRET must be set in production");
  if (config.cis2Issuer === "") faults.push("KMCR_CIS2_ISSUER must be set in production: the stand-in is for demonstration only");
  if (!isLoopback(config.mllpHost)) faults.push("KMCR_MLLP_HOST must be a loopback address in production: partners send over KMCR_MLLP_TLS_PORT, encrypted");
  if (!config.publicUrl.startsWith("https://")) faults.push("KMCR_PUBLIC_URL must be an https address in production");
  return faults;
}

/** MESH: everything that a mailbox wants, and no more looks into it than MESH allows. */
function meshFaults(config: Config): string[] {
  if (config.meshUrl === "") return [];
  const faults: string[] = [];
  const { protocol, hostname } = new URL(config.meshUrl);
  const missing = ([["KMCR_MESH_MAILBOX", config.meshMailbox], ["KMCR_MESH_PASSWORD", config.meshPassword], ["KMCR_MESH_SHARED_KEY", config.meshSharedKey]] as const).filter(([, value]) => value === "").map(([name]) => name);
  if (missing.length > 0) faults.push(`KMCR_MESH_URL wants ${missing.join(", ")}`);
  if ((config.meshCertificate === "") !== (config.meshKey === "")) faults.push("KMCR_MESH_CERTIFICATE and KMCR_MESH_KEY belong together");
  if (config.meshPollSeconds < 300 && (config.mode === "production" || !isLoopback(hostname))) faults.push("KMCR_MESH_POLL_SECONDS must be 300 or more: MESH allows a look every five minutes");
  if (config.mode === "production" && protocol !== "https:") faults.push("KMCR_MESH_URL must be an https address in production");
  if (config.mode === "production" && config.meshCertificate === "") faults.push("KMCR_MESH_URL wants KMCR_MESH_CERTIFICATE and KMCR_MESH_KEY in production: MESH asks for a client certificate");
  return faults;
}

/** PDS and MNS: everything that a signed token wants. */
function pdsFaults(config: Config): string[] {
  const faults: string[] = [];
  const wanted = [["KMCR_PDS_TOKEN_URL", config.pdsTokenUrl], ["KMCR_PDS_API_KEY", config.pdsApiKey], ["KMCR_PDS_KEY_ID", config.pdsKeyId], ["KMCR_PDS_KEY", config.pdsKey], ["KMCR_PDS_ODS_CODE", config.pdsOdsCode]] as const;
  const missing = wanted.filter(([, value]) => value === "").map(([name]) => name);
  if (config.pdsUrl !== "" && missing.length > 0) faults.push(`KMCR_PDS_URL wants ${missing.join(", ")}`);
  if (config.mnsUrl !== "" && config.pdsUrl === "") faults.push("KMCR_MNS_URL wants KMCR_PDS_URL: an event only says that PDS is to be asked");
  if (config.mnsUrl !== "" && config.meshUrl === "" && config.mode === "production") faults.push("KMCR_MNS_URL wants KMCR_MESH_URL: change events come into a mailbox");
  if (config.mode === "production") for (const [name, value] of [["KMCR_PDS_URL", config.pdsUrl], ["KMCR_PDS_TOKEN_URL", config.pdsTokenUrl], ["KMCR_MNS_URL", config.mnsUrl]] as const) if (value !== "" && !value.startsWith("https://")) faults.push(`${name} must be an https address in production`);
  return faults;
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

/** The text of `.env.example`. */
export function exampleEnvironment(): string {
  return Object.values(SETTINGS)
    .map((each) => `# ${each.what}\n#${each.env}=${each.env === "KMCR_WEB_PROCESSES" || each.env === "KMCR_WORKER_PROCESSES" ? "" : each.fallback}\n`)
    .join("\n");
}

/** A fresh 256-bit secret as hex. */
export function freshSecret(): string {
  return randomBytes(32).toString("hex");
}
