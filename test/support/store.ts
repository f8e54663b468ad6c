/** What a started product has stored, read at the room: bodies as they are kept, whatever a page or an API makes of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { embeddedSocketDir, openPool, type Pool } from "#platform";
import { decompress, parseResourceId } from "#record";
import { parseJson, type Resource } from "#standards";
import type { Product } from "./product.ts";

export class Store {
  readonly #pool: Pool;

  constructor(product: Product) {
    const roleKey = readFileSync(join(product.dataDir, "secret"), "utf8").trim();
    this.#pool = openPool({ kind: "socket", socketDir: embeddedSocketDir(product.dataDir), user: "", password: "", database: "postgres", roleKey }, "kmcr_intake", 1);
  }

  /** The resource at `Type/id` or `Type/id/_history/version`, of a patient or of the directory. */
  async resource(location: string): Promise<Resource> {
    const id = location.split("/")[1]!;
    const key = parseResourceId(id);
    if (key === null) {
      const { rows } = await this.#pool.query<{ body: string }>("select body from record.directory where directory_key = $1", [id]);
      return parseJson(rows[0]!.body) as Resource;
    }
    const { rows } = await this.#pool.query<{ bytes: Buffer; chunk_index: number }>("select c.bytes, r.chunk_index from record.resource r join record.body_chunk c using (source_patient_id, chunk_id) where r.source_patient_id = $1 and r.resource_key = $2", [key.sourcePatientId, key.resourceKey]);
    return parseJson(decompress(rows[0]!.bytes).toString("utf8").split("\n")[rows[0]!.chunk_index]!) as Resource;
  }

  /** The fields of a Patient that were split off under labels of their own. */
  async partsOf(location: string): Promise<Resource[]> {
    const { sourcePatientId } = parseResourceId(location.split("/")[1]!)!;
    const { rows } = await this.#pool.query<{ bytes: Buffer; chunk_index: number }>("select c.bytes, r.chunk_index from record.resource r join record.body_chunk c using (source_patient_id, chunk_id) where r.source_patient_id = $1 and r.type = 'Basic' and r.source_key like '%#%'", [sourcePatientId]);
    return rows.map((row) => parseJson(decompress(row.bytes).toString("utf8").split("\n")[row.chunk_index]!) as Resource);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
