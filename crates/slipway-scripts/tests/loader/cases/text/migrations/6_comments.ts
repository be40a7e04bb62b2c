import { padLeft } from '../lib/pad' // no semicolon
/* before */ export default /* between */ async () => console.log(padLeft(2)) // <!-- after
