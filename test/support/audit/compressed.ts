/** A private key in the formats that Node.js cannot write: by xz 5.4, zstd 1.5, bzip2 1.0.8, and Python's tarfile. */

const bytes = (base64: string) => Buffer.from(base64, "base64");

/** The public key of the private one that all of them hold. The pair was made for this. */
export const PUBLIC_KEY =
  "04c5503b89a00fa9c2a3353247dc084a75397c4352b80aebc797021a2879f434c69895a3bc8ad4b0d522673bc7c6dbfb730cbe73c130dd7c8b0a68128cd611b1ab";

export const COMPRESSED = {
  xz: bytes(
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ADiAMFdABbpDIikhHudTE34XXfWDJI4CpGq08CxRvlSWDvTUMC/LykBQbCepnMP" +
      "sLEsH0YE30/FtWLCcWMmQqrbuaqHxCvB4EHd2lcSlklU78ph+S6UwkRA/+S4xHKVwyDr7pe4d9XGkfAe/xkTMjnmtNIrLbbD" +
      "Djpik+nGgH9vf/y4NdTbNoXj97LIu6UrOQnMR+Nbb9xT6q8YwUdr/KtylkI0duZr0RrGw/m4gEMHLHcHgMG5QoA+5m/LFDNK" +
      "EtSw2G0gAAAAAAAAHwdF54+XcJQAAd0B4wEAAH12nZWxxGf7AgAAAAAEWVo=",
  ),
  zstd: bytes(
    "KLUv/QRY/QUAYowsJBCpygNggf3/vVFr1+r4Clv+TTzm2Yu6YaTsl/5aAIAIAICAQRP7cwrFZxQaYaC72FezFTX1VxqBWdkK" +
      "ALSCjMkTMe6jzYKMfT02hA2Terf9qyYgSMRlMrw0dSPxUB+NJReSNeK2AqJE8ViQZybAqn90CQQU0UxKikVsmiwleaT80Kr4" +
      "G8tpJsdrzRMb5nBgPjgYrjdw7Kw0at1zlJAKuffwu7iOkh1oLNIXbKkv3nvvBQMAR/MjBUxqgTGMXGOb",
  ),
  bzip2: bytes(
    "QlpoOTFBWSZTWRFjjLAAAA7fgCAQQAL/4j7//+At/6/QMAC6yIoTATNCYJgATCMAAm0IqGm0mIbFPU9Hqm01PUAGQPUNPU9T" +
      "QaqHqYQxpD1PUDeoaaQ0yBoZNMDAYz2vmQSQkNgYphnB/f1eVUBINH1pXEUinTyhuOwioxue8BPs5IbEGD6ApMhs4EUgVYuk" +
      "KIKnvK5vEGt8/rpI+wlvILTzJX68CCxejSU0bEToNY7tMUKrHugjK4EqrhIBlUa7s4b34PMn0QT3qibw981kE6kHGc0r4pK4" +
      "UcXYm3yUSwC1ihUxcH88dcIo+HNGxqKUHdi7kinChICLHGWA",
  ),
} as const;

/** xz, with a checksum that the library does not know. */
export const SHA256_XZ = bytes(
  "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4ADiAMFdABbpDIikhHudTE34XXfWDJI4CpGq08CxRvlSWDvTUMC/LykBQbCepnMP" +
    "sLEsH0YE30/FtWLCcWMmQqrbuaqHxCvB4EHd2lcSlklU78ph+S6UwkRA/+S4xHKVwyDr7pe4d9XGkfAe/xkTMjnmtNIrLbbD" +
    "Djpik+nGgH9vf/y4NdTbNoXj97LIu6UrOQnMR+Nbb9xT6q8YwUdr/KtylkI0duZr0RrGw/m4gEMHLHcHgMG5QoA+5m/LFDNK" +
    "EtSw2G0gAAAAAAAAhFgIwZhgTuXGnfUIcOAcr4wV1rx0i5i+6lOxZ4dxIAgAAfUB4wEAACbxYn626d8cAgAAAAAKWVo=",
);

/** zstd, with a window of 128 MiB. */
export const WIDE_ZSTD = bytes(
  "KLUv/QSInQUAIgwpFSDfYGvuzDVfcpGi4ld+1gAMQEiA0hHWBcBxfmxLaXFVD1nJ/jQj79+JFd3zYEgnk71UVwC/m1UmI9uR" +
    "vDDinSrS/3aqaQipio1pPbNK+TFRHrZWZaxxUl04aHeObtH2wVP/HGiQq5NiCJJgDoehN1cK3D6jTthPVCUJxe/JvZlhUWE2" +
    "9yDazyo+OmXJ975xqJwuQBh7FXSPg57TAqgHmJf6IwQEAEfzIwVMBsYWuAKMXGOb",
);

/** Compressed with gzip. In each: a folder, `a/k.pem`, a long path and one beyond ASCII. */
export const TARS = {
  ustar: bytes(
    "H4sIAAAAAAACA+3Vy26CQBQGYNY8BS/QCnIRFy5GmABSqFTqZTmRWlGUWrBjfKM+R1+s1E0TYxe2wabp/23OJLOYmZz8c1hD" +
      "qJ1cMTTtUCvH9cTaUIymIOnCBWyLkj1XRwr/E2ssr58eVr/af1VTj/rfUppV/2X0v3ZXH7rU8UKJWlL/zhuSmEo+nRw2xMCd" +
      "WiSi1HOKme0ZS57J6ioyjXFetmkR8/FIN1Kdh25q8mjYWyTeaJST3LGsjTMItLZIOHXz+8iOHgndDUkrZaS/mfqLMO65Kpn7" +
      "SZyZkeJr1vbFzbjHfHcthwGbZOzWTMsBF5VBb31rzpxmo9zbN/qex3Yy8wqfdf1AmTu7De90xMNlaWiffIMAX1vX5vNbOTv/" +
      "mq4b6h/Pf/IDyD/yfyFvr7WP/+/Mf1VWMf+Rf+QfAAAAAAAAAAAAAAAA4Bzvxvk+4gAoAAA=",
  ),
  gnu: bytes(
    "H4sIAAAAAAACA+3Wy26CQBQGYNY8BS9QuSMuTDrCBJCLUqmX5USqogi1YMf4Rn2Ovlipiy6MXdRm7KLn2wwZNjP583MgIsec" +
      "1DA07bQ2ztcLz4asKJygczewr2ryIgjcP0XETev5afun+auaepZ/WzKa/CXIn7m7Tz3seJGALWH44I1RggUfz04v+NCdWyjG" +
      "2HOqhe0ZG5pL6jY2jWlZd3CV0OlENzKdRm5m0njcX6feZFKi0rGsnTMKtQ6PKHbLx9iOlwgfxqidETTczf11lPRdFa38NMnN" +
      "WPY1a//q5tQjvltIUUhmORmYWT2ivDzqFwNz4ShifbQD/UgTO114lU96fiivnMOOdrv86bA4si/egQPfa4kt8T4oi2WQFRuG" +
      "/b/Q+6/OK6p23v+2rnFCAP1nLv0FsWCG+UwCt8v/x/NfVSRdgvkP8x/mP2vvb+w/tVf8/yvNFvQf+g/9BwAAAAAAAAAAAAAA" +
      "AACu8AGERszxACgAAA==",
  ),
  pax: bytes(
    "H4sIAAAAAAACA+3Xy26CQBSAYdY8BS9QYbiMuDAtwgSQilKpl+VEtKIoXmiH+EZ9jr5Y0TRNau2iNdiF59sMCQsgJyd/oCJX" +
      "OqmAVfVwFo7PE9cYYZkTNO4CnrcZ3RSP5K4TFeeV1Xjxr/NXVOVo/lUkF/OXYP6lu9lrENv1BWIKnQe3Z4RE8MjwcINvOSPT" +
      "CAhx7e3EcvGcJZKyCHQ8SLMa2YZs0NdwrDHfiXUW9JqzyO33UyO1TXNtd1tqjTcYcdLHwAqeDJL3jGpMjc565M38sOkoxtSL" +
      "wkQPkKeazy9OwlzqOUvJb9FhQtt6nHUZj7rNZVuf2LKY7ax7bcdCK5q4W482vBaa2vma1ev84WWJb538Bg78rCJWxLsOzZ0x" +
      "jcab8vb/xN5/7rysal/3H0kywpyQw/6XDmFNWNFsWo/OIC5Ls48TbHB5LjH2X/dfkRGSoP/Qf+j/NfRfQtXv/Veg/xfp/0f+" +
      "316htNfotvS//7/8/2MsY+g/9B/6DwAAAAAAAAAAAADAOd4Bf1pXEgAoAAA=",
  ),
} as const;

export const XZ_IN_XZ = bytes(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQED/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ADiAMFdABbpDIikhHudTE34XXfW" +
    "DJI4CpGq08CxRvlSWDvTUMC/LykBQbCepnMPsLEsH0YE30/FtWLCcWMmQqrbuaqHxCvB4EHd2lcSlklU78ph+S6UwkRA/+S4" +
    "xHKVwyDr7pe4d9XGkfAe/xkTMjnmtNIrLbbDDjpik+nGgH9vf/y4NdTbNoXj97LIu6UrOQnMR+Nbb9xT6q8YwUdr/KtylkI0" +
    "duZr0RrGw/m4gEMHLHcHgMG5QoA+5m/LFDNKEtSw2G0gAAAAAAAAHwdF54+XcJQAAd0B4wEAAH12nZWxxGf7AgAAAAAEWVoA" +
    "uU134LhrYcYAAZwChAIAAIekjrKxxGf7AgAAAAAEWVo=",
);

/** 20 MB of zeros, by bzip2. */
export const ZEROS = bytes("QlpoOTFBWSZTWb/Kr8QAmS/CAMAAAAgACCAAMMwFKaaqkRRsAoijxdyRThQkL/Kr8QA=");
