module.exports = async () => {
  console.log(JSON.stringify(`a
b`))
}
