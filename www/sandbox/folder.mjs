// Where a migration runs, for the packages that ask Node's `process.cwd()`: build.mjs has them ask this file.

let folder = '/';

/** The folder that the vendor's tool would be run in. */
export const slipwayFolder = () => folder;

/** Sets it. */
export function runIn(path) {
  folder = path;
}
