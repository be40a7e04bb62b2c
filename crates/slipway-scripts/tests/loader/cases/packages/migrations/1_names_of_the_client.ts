import * as browser from '@datocms/cma-client-browser';
import * as plain from '@datocms/cma-client';
import { ApiError, buildClient, Client, LogLevel } from '@datocms/cma-client-node';
const ofTheTool = require('datocms/lib/cma-client-node');

export default async (client: unknown) => {
  console.log(client instanceof Client, ofTheTool.ApiError === ApiError, LogLevel.BASIC, typeof buildClient);
  console.log(typeof plain.buildBlockRecord, typeof browser.SchemaRepository);
};
