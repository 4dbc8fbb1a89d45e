// Ends with whoever started it, however that one ended: then the pipe closes.
process.stdin.on("end", () => process.exit(0)).resume();
require("./node_modules/azurite/dist/src/blob/main.js");
