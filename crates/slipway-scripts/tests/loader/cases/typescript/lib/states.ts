enum States {
  Draft = 'draft',
  Live = 'live',
}
export const enum Flag {
  Off,
  On,
}
export default States;
