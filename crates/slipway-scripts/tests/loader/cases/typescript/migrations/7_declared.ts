declare global {
  interface Window {
    slipway: boolean;
  }
}
declare const BUILD: string;
declare function notHere(): void;
declare namespace Outside {
  const known: boolean;
}
export declare const promised: number;
export type {};

function twice(value: string): string;
function twice(value: number): number;
function twice(value: any) {
  return value + value;
}

export default async () => console.log(typeof BUILD, typeof notHere, typeof Outside, twice(2), twice('a'));
