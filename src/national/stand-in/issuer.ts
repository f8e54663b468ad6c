/** Issuer of the stand-in that listens on a port. */
export function standInIssuer(port: number): string {
  return `http://localhost:${port}/cis2`;
}

/** Addresses of the stand-in for PDS and MNS that listens on a port, and of its tokens. */
export function standInApiAddresses(port: number): { pds: string; mns: string; token: string } {
  return { pds: `http://localhost:${port}/personal-demographics/FHIR/R4`, mns: `http://localhost:${port}/multicast-notification-service`, token: `http://localhost:${port}/oauth2/token` };
}
