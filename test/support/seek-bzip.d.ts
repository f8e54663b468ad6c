declare module "seek-bzip" {
  const bzip2: {
    /** The whole of a bzip2 file, decompressed. */
    decode(input: Uint8Array): Uint8Array;
  };
  export default bzip2;
}
