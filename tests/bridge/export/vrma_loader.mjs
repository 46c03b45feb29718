// node vrma_loader.mjs FOLDER FILE: a VRM animation as three-vrm-animation reads it, as JSON.
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const load = (place) => import(pathToFileURL(`${folder}/node_modules/${place}`).href);
globalThis.self = globalThis;
const { GLTFLoader } = await load("three/examples/jsm/loaders/GLTFLoader.js");
const { VRMAnimationLoaderPlugin } = await load("@pixiv/three-vrm-animation/lib/three-vrm-animation.module.js");
const loader = new GLTFLoader();
loader.register((parser) => new VRMAnimationLoaderPlugin(parser));
const data = fs.readFileSync(file);
const gltf = await loader.parseAsync(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength), "");
const [animation] = gltf.userData.vrmAnimations;
const { translation, rotation } = animation.humanoidTracks;
process.stdout.write(JSON.stringify({
  duration: animation.duration,
  restHips: animation.restHipsPosition.toArray(),
  hips: Array.from(translation.get("hips").values),
  turns: Object.fromEntries([...rotation].map(([name, track]) => [name, Array.from(track.values)])),
}));
