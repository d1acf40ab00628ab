// Stands for archiver, which cdktf loads at its start: half of its files, for assets of a kind that we have none of.
module.exports = (...args) => require("../../../node_modules/archiver/index.js")(...args);
