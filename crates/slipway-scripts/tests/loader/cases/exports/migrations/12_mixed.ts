import { named } from '../lib/named';

module.exports = async () => console.log(named);
