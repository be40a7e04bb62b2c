import path, { basename, extname, join } from 'node:path';
import * as all from 'path';
const { relative } = require('path');

export default async () => {
  const pixel = join(__dirname, '..', 'assets', 'pixel.png');
  console.log(basename(pixel, extname(pixel)), relative(__dirname, pixel), all.posix.normalize('a/../b'), path === all.default);
  console.log(path.relative(path.resolve('assets'), pixel), path.isAbsolute(path.resolve('.')), path.dirname(__filename) === __dirname);
};
