import fs from 'fs';
import path from 'node:path';
import type { Client } from '@datocms/cma-client-node';
import { type Shape, size } from '../lib/shapes';
import type * as Gone from './gone';
export type { Shape } from '../lib/shapes';
export type * from './gone';

type Known = typeof fs | typeof path | Gone.Thing;
let known: Known | undefined;

export default async (client: Client) => {
  const shape: Shape = { size };
  console.log(typeof client.items, shape.size, known);
};
