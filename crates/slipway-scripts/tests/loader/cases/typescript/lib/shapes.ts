export interface Shape {
  size: number;
}
export const size = 4;
