import call from '../lib/call'
let a = 1
call(a)
const b = call
call(b)
const o = { m() { return call() }, get g() { return call(1) } }
if (a) call()
else call(2)
do call(4)
while (false)
call?.(7)
call`text`
new call(8)
;(0, call)(9)
let z = a
++z
export default async () => {
  o.m()
  return call(o.g)
}
export { a, call as "a name in quotes" }
