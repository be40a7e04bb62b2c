// What looks like an import, an export or the end of a script, and is text.
module.exports = async () => {
  const text = "import x from 'nowhere'; export default 1; </script>";
  console.log(text, /require\('gone'\)/.test("require('gone')"), `//# sourceURL=elsewhere.js`);
};
//# sourceMappingURL=7_lookalikes.js.map
