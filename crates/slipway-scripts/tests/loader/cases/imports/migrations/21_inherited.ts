import logger, { say, level } from '../lib/logger';
import { make } from '../lib/factory';

export default async () => console.log(typeof say, level, typeof logger.say, typeof make);
