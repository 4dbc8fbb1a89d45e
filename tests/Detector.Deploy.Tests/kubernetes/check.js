// Holds each document of a manifest on standard input against the schema of its kind; prints what is wrong, a line each.
'use strict';
const yaml = require('yaml');

const documents = yaml.parseAllDocuments(require('fs').readFileSync(0, 'utf8'), { strict: true, uniqueKeys: true });
for (const document of documents) {
  for (const problem of [...document.errors, ...document.warnings]) console.log(`yaml: ${problem.message.split('\n')[0]}`);
  const { apiVersion, kind } = document.toJS() ?? {};
  try {
    const { [kind]: Model } = require(`kubernetes-models/${apiVersion}`);
    if (Model === undefined) throw new Error('there is no such kind');
    new Model(document.toJS()).validate();
  } catch (cause) {
    console.log(`${apiVersion} ${kind}: ${cause.message.split('\n')[0]}`);
  }
}
console.log(`${documents.length} documents`);
