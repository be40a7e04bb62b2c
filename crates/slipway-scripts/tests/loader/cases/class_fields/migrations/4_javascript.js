class Base {
  set name(name) {
    console.log('set', name);
  }
}
class Named extends Base {
  name = 'defined';
}

module.exports = async () => console.log(new Named().name);
