// node gltf_validator.cjs FOLDER FILE...: what the Khronos glTF validator says of each, as JSON.
const { createRequire } = require("module");
const fs = require("fs");
const [folder, ...files] = process.argv.slice(2);
const validator = createRequire(`${folder}/`)("gltf-validator");
Promise.all(files.map((file) => validator.validateBytes(new Uint8Array(fs.readFileSync(file)))))
  .then((reports) => process.stdout.write(JSON.stringify(reports)));
