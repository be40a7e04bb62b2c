import { left } from '../lib/left.js';
import { right } from '../lib/right.ts';
import { dotted } from '../lib/schema.generated';
import wide from '../lib/wide.mjs';
const { common } = require('../lib/common.cjs');

export default async () => console.log(left, right, dotted, wide, common);
